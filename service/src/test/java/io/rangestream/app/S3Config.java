package io.rangestream.app;

import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.store.s3.credentials.S3Credentials.Keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A configuration file for one S3 bucket. */
public final class S3Config {
    private S3Config() {}

    public static Path write(Path folder, String name, S3StoreConfig store) throws IOException {
        Keys keys = (Keys) store.credentials();
        String yaml =
                """
                buckets:
                  %s:
                    s3:
                      bucket: "%s"
                      endpoint: "%s"
                      region: "%s"
                      path-style-access: true
                      access-key-id: "%s"
                      secret-access-key: "%s"
                """
                        .formatted(
                                name,
                                store.bucket(),
                                store.endpoint().orElseThrow(),
                                store.region().orElseThrow(),
                                keys.accessKeyId(),
                                keys.secretAccessKey());
        return Files.writeString(folder.resolve(name + ".yaml"), yaml);
    }
}
