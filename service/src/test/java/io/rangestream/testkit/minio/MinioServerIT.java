package io.rangestream.testkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.testkit.TestTimeout;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

@RequiresMinio
class MinioServerIT {
    // A server that does not answer within this time counts as frozen.
    private static final Duration FROZEN = Duration.ofMillis(300);

    @Test
    void bucketsOfSharedServerAreSeparate() {
        try (TestBucket bucket = MinioServer.shared().createBucket();
                TestBucket other = MinioServer.shared().createBucket()) {
            bucket.keepVersions();
            bucket.put("a", "first".getBytes(StandardCharsets.US_ASCII));
            bucket.put("a", "second".getBytes(StandardCharsets.US_ASCII));
            bucket.delete("a");
            assertThat(other.client().listObjectsV2(r -> r.bucket(other.name())).contents())
                    .isEmpty();
        }
    }

    @Test
    void ownServerIsFrozenThawedAndKilled() throws IOException {
        try (MinioServer own = MinioServer.startOwn()) {
            URL health = own.endpoint().resolve("/minio/health/live").toURL();
            own.freeze();
            assertThatThrownBy(() -> get(health, FROZEN)).hasMessageContaining("timed out");
            own.thaw();
            get(health, TestTimeout.SHORT);
            own.kill();
            assertThatThrownBy(() -> get(health, TestTimeout.SHORT))
                    .hasMessageContaining("refused");
        }
    }

    private static void get(URL url, Duration timeout) throws IOException {
        URLConnection connection = url.openConnection();
        connection.setReadTimeout((int) timeout.toMillis());
        connection.getInputStream().close();
    }
}
