package io.rangestream.store.s3;

import io.rangestream.store.ObjectId;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** A program that sends a HEAD of one object with each given profile, or with the default chain. */
final class HeadOnce {
    /** Selects the default chain instead of a profile. */
    static final String CHAIN = "-";

    private HeadOnce() {}

    public static void main(String[] arguments) {
        AwsHttpService.use(System.getenv());
        Optional<Path> authorities =
                Optional.ofNullable(System.getenv("AWS_CA_BUNDLE")).map(Path::of);
        URI endpoint = URI.create(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            S3Credentials credentials =
                    arguments[i].equals(CHAIN)
                            ? new S3Credentials.DefaultChain()
                            : new S3Credentials.Profile(arguments[i]);
            S3StoreConfig config =
                    new S3StoreConfig(
                            "bucket",
                            "",
                            Optional.of(endpoint),
                            Optional.empty(),
                            true,
                            credentials,
                            false,
                            authorities);
            try (S3ObjectStore store = S3ObjectStore.create(config, Clock.systemUTC())) {
                store.head(ObjectId.of("films", "film"));
            }
        }
    }
}
