package io.rangestream.testkit.minio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

class MinioSourceTest {
    private static final Path ON_PATH = Path.of("/usr/bin/minio");
    private static final Path IN_CACHE = Path.of("/cache/minio");

    /** A probe with settable findings. */
    private static final class FakeProbe implements MinioSource.Probe {
        final Map<String, String> environment = new HashMap<>();
        boolean skipped;
        boolean docker;
        Optional<Path> onPath = Optional.empty();
        Optional<Path> inCache = Optional.empty();
        boolean go;

        @Override
        public boolean isSkipped() {
            return skipped;
        }

        @Override
        public Optional<String> environment(String name) {
            return Optional.ofNullable(environment.get(name));
        }

        @Override
        public boolean hasDocker() {
            return docker;
        }

        @Override
        public Optional<Path> onPath() {
            return onPath;
        }

        @Override
        public Optional<Path> inCache() {
            return inCache;
        }

        @Override
        public boolean hasGo() {
            return go;
        }
    }

    private final FakeProbe probe = new FakeProbe();

    private void makeAllAvailable() {
        probe.environment.put("RANGESTREAM_TEST_S3_ENDPOINT", "http://127.0.0.1:9000");
        probe.docker = true;
        probe.onPath = Optional.of(ON_PATH);
        probe.inCache = Optional.of(IN_CACHE);
        probe.go = true;
    }

    @Test
    void choosesFirstAvailableSource() {
        makeAllAvailable();
        assertThat(MinioSource.choose(probe)).isInstanceOf(MinioSource.Given.class);
        probe.environment.clear();
        assertThat(MinioSource.choose(probe)).isEqualTo(new MinioSource.Container());
        probe.docker = false;
        assertThat(MinioSource.choose(probe)).isEqualTo(new MinioSource.Installed(ON_PATH));
        probe.onPath = Optional.empty();
        assertThat(MinioSource.choose(probe)).isEqualTo(new MinioSource.Installed(IN_CACHE));
        probe.inCache = Optional.empty();
        assertThat(MinioSource.choose(probe)).isEqualTo(new MinioSource.ToBuild());
        probe.go = false;
        assertThat(MinioSource.choose(probe)).isEqualTo(new MinioSource.None());
    }

    @Test
    void ownMinioIsNeverGivenOne() {
        makeAllAvailable();
        assertThat(MinioSource.chooseOwn(probe)).isEqualTo(new MinioSource.Container());
        probe.docker = false;
        assertThat(MinioSource.chooseOwn(probe)).isEqualTo(new MinioSource.Installed(ON_PATH));
    }

    @Test
    void skipPropertyOverridesAllSources() {
        makeAllAvailable();
        probe.skipped = true;
        assertThat(MinioSource.choose(probe)).isEqualTo(new MinioSource.Skipped());
        assertThat(MinioSource.chooseOwn(probe)).isEqualTo(new MinioSource.Skipped());
    }

    @Test
    void givenStoreDefaultsToMinioCredentials() {
        probe.environment.put("RANGESTREAM_TEST_S3_ENDPOINT", "http://127.0.0.1:9000");
        assertThat(MinioSource.choose(probe))
                .isEqualTo(given("minioadmin", "minioadmin", "us-east-1"));
        probe.environment.put("AWS_ACCESS_KEY_ID", "me");
        probe.environment.put("AWS_SECRET_ACCESS_KEY", "hush");
        probe.environment.put("AWS_REGION", "eu-west-1");
        assertThat(MinioSource.choose(probe)).isEqualTo(given("me", "hush", "eu-west-1"));
    }

    private static MinioSource.Given given(String id, String secret, String region) {
        return new MinioSource.Given(URI.create("http://127.0.0.1:9000"), id, secret, region);
    }
}
