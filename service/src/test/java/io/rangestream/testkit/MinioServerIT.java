package io.rangestream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;

@RequiresMinio
class MinioServerIT {
    @Test
    void oneServerIsSharedAndABucketIsItsOwn() {
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
    void itsOwnServerIsFrozenThawedAndKilled() throws IOException {
        try (MinioServer own = MinioServer.startOwn()) {
            URL health = own.endpoint().resolve("/minio/health/live").toURL();
            own.freeze();
            assertThatThrownBy(() -> get(health)).hasMessageContaining("timed out");
            own.thaw();
            get(health);
            own.kill();
            assertThatThrownBy(() -> get(health)).hasMessageContaining("refused");
        }
    }

    private static void get(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        connection.setReadTimeout(300);
        connection.getInputStream().close();
    }
}
