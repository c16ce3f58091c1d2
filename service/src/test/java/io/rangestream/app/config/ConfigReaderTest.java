package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.app.config.ServerConfig.Bucket;
import io.rangestream.app.config.ServerConfig.Listener;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.transport.PauseLimits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Valid configurations; {@link ConfigMistakesTest} has the invalid ones. */
class ConfigReaderTest {
    private static final String SECRET = "hunter2-secret";

    @TempDir private Path folder;
    private Path films = Path.of("");

    @BeforeEach
    void films() throws IOException {
        films = Files.createDirectory(folder.resolve("films"));
    }

    @AfterEach
    void clearProperties() {
        System.clearProperty("server.port");
        System.clearProperty("server.host");
        System.clearProperty("http.pause-limit");
    }

    private ServerConfig read(String... lines) throws IOException {
        return read(Map.of(), Optional.empty(), lines);
    }

    private ServerConfig read(
            Map<String, String> environment, Optional<Integer> port, String... lines)
            throws IOException {
        Path file = folder.resolve("films.yaml");
        Files.write(file, Arrays.asList(lines));
        return new ConfigReader(environment).read(Optional.of(file), new TreeMap<>(), port);
    }

    private ServerConfig fromEnvironment(Map<String, String> environment) {
        return new ConfigReader(environment)
                .read(Optional.empty(), new TreeMap<>(), Optional.empty());
    }

    @Test
    void readsEachKeyOfAFile() throws IOException {
        ServerConfig config =
                read(
                        "server: { host: 0.0.0.0, port: 9090 }",
                        "buckets:",
                        "  demo: { directory: '" + films + "' }",
                        "  films:",
                        "    s3:",
                        "      bucket: my-films",
                        "      prefix: 'a/'",
                        "      endpoint: 'http://127.0.0.1:9000'",
                        "      region: eu-central-1",
                        "      path-style-access: false",
                        "      access-key-id: me",
                        "      secret-access-key: " + SECRET);
        assertThat(config.listener()).isEqualTo(new Listener("0.0.0.0", 9090));
        assertThat(config.buckets())
                .isEqualTo(
                        Map.of(
                                "demo",
                                new Bucket.Directory(films, false),
                                "films",
                                new Bucket.S3(
                                        new S3StoreConfig(
                                                "my-films",
                                                "a/",
                                                Optional.of(URI.create("http://127.0.0.1:9000")),
                                                Optional.of("eu-central-1"),
                                                false,
                                                Optional.of("me"),
                                                Optional.of(SECRET)))));
    }

    @Test
    void usesDefaultsForAbsentSettings() throws IOException {
        ServerConfig config = read("buckets:", "  films: { s3: { bucket: my-films } }");
        assertThat(config.listener()).isEqualTo(new Listener("127.0.0.1", 8080));
        assertThat(config.buckets())
                .containsEntry("films", s3("my-films", Optional.empty(), Optional.empty()));
        assertThat(read("server: {}", "buckets: { d: { directory: '" + films + "' } }").listener())
                .isEqualTo(new Listener("127.0.0.1", 8080));
    }

    @Test
    void readsPauseLimitsAndShutdownGrace() throws IOException {
        String buckets = "buckets: { d: { s3: { bucket: x } } }";
        ServerConfig usual = read(buckets);
        assertThat(usual.pauses())
                .isEqualTo(new PauseLimits(Duration.ofHours(1), Duration.ofHours(1)));
        assertThat(usual.listener().shutdownGrace()).isEqualTo(Duration.ofMillis(500));
        String[] lines = {
            buckets,
            "http: { pause-limit: PT10M }",
            "grpc: { pause-limit: P1D }",
            "server: { shutdown-grace: PT0S }"
        };
        ServerConfig config = read(lines);
        assertThat(config.pauses())
                .isEqualTo(new PauseLimits(Duration.ofMinutes(10), Duration.ofDays(1)));
        assertThat(config.listener().shutdownGrace()).isZero();
        System.setProperty("http.pause-limit", "PT2H");
        assertThat(read(lines).pauses().http()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void defaultsToPathStyleForConfiguredEndpoint() throws IOException {
        ServerConfig config =
                read("buckets:", "  films: { s3: { bucket: b, endpoint: 'https://s3.local/' } }");
        assertThat(config.buckets())
                .containsEntry(
                        "films", s3("b", Optional.of("https://s3.local/"), Optional.empty()));
    }

    @Test
    void allowsDotsAndAnyLettersInBucketNames() throws IOException {
        ServerConfig config =
                read(
                        "buckets:",
                        "  my.films.2026: { directory: '" + films + "' }",
                        "  'a b~c': { directory: '" + films + "' }",
                        "  \"\u00FCber\": { s3: { bucket: x } }");
        assertThat(config.buckets()).containsOnlyKeys("my.films.2026", "a b~c", "\u00FCber");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123", "1e5", "0x1F", "yes", "2026-01-02", "12345678901234567890"})
    void keepsValuesAsWritten(String text) throws IOException {
        ServerConfig config =
                read("buckets:", "  d: { s3: { bucket: " + text + ", prefix: '" + text + "' } }");
        assertThat(config.buckets())
                .containsEntry(
                        "d",
                        new Bucket.S3(
                                new S3StoreConfig(
                                        text,
                                        text,
                                        Optional.empty(),
                                        Optional.empty(),
                                        false,
                                        Optional.empty(),
                                        Optional.empty())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"films.conf", "films", "films.json", "films.properties", "films.yml"})
    void readsYamlFromFileOfAnyName(String name) throws IOException {
        Path file = folder.resolve(name + ".d").resolveSibling("config-" + name);
        Files.writeString(file, "buckets:\n  d: { directory: '" + films + "' }\n");
        assertThat(
                        new ConfigReader(Map.of())
                                .read(Optional.of(file), new TreeMap<>(), Optional.empty())
                                .buckets())
                .containsOnlyKeys("d");
    }

    @Test
    void systemPropertyOverridesFileAndCommandLineOverridesBoth() throws IOException {
        System.setProperty("server.port", "7070");
        String[] lines = {"server: { port: 9090 }", "buckets: { d: { s3: { bucket: x } } }"};
        assertThat(read(lines).listener()).isEqualTo(new Listener("127.0.0.1", 7070));
        assertThat(read(Map.of(), Optional.of(0), lines).listener().port()).isZero();
        assertThat(read("buckets: { d: { s3: { bucket: x } } }").listener().port())
                .as("the port without one in the file")
                .isEqualTo(7070);
    }

    @Test
    void readsSystemPropertiesWithoutFile() {
        System.setProperty("server.port", "7070");
        System.setProperty("server.host", "0.0.0.0");
        assertThat(fromEnvironment(Map.of("S3_BUCKET", "b")).listener())
                .isEqualTo(new Listener("0.0.0.0", 7070));
    }

    @Test
    void servesBucketOfEnvironmentWithoutFile() {
        ServerConfig config = fromEnvironment(Map.of("S3_BUCKET", "my-films"));
        assertThat(config.listener()).isEqualTo(new Listener("127.0.0.1", 8080));
        assertThat(config.buckets())
                .isEqualTo(Map.of("my-films", s3("my-films", Optional.empty(), Optional.empty())));
    }

    @Test
    void readsEndpointAndRegionOfEnvironment() {
        ServerConfig config =
                fromEnvironment(
                        Map.of(
                                "S3_BUCKET", "my.films",
                                "S3_ENDPOINT", "http://127.0.0.1:9000",
                                "AWS_REGION", "eu-central-1",
                                "AWS_ACCESS_KEY_ID", "me",
                                "AWS_SECRET_ACCESS_KEY", SECRET));
        assertThat(config.buckets())
                .isEqualTo(
                        Map.of(
                                "my.films",
                                s3(
                                        "my.films",
                                        Optional.of("http://127.0.0.1:9000"),
                                        Optional.of("eu-central-1"))));
    }

    @Test
    void fileOverridesBucketOfEnvironment() throws IOException {
        ServerConfig config =
                read(
                        Map.of("S3_BUCKET", "other"),
                        Optional.empty(),
                        "buckets: { d: { directory: '" + films + "' } }");
        assertThat(config.buckets()).containsOnlyKeys("d");
    }

    @Test
    void addsDirectoriesOfCommandLine() {
        SortedMap<String, Path> directories =
                ConfigReader.byName(List.of("demo=" + films, "a=b=" + films));
        assertThat(directories).isEqualTo(Map.of("demo", films, "a", Path.of("b=" + films)));
        directories.remove("a");
        ServerConfig config =
                new ConfigReader(Map.of("S3_BUCKET", "my-films"))
                        .read(Optional.empty(), directories, Optional.of(65535));
        assertThat(config.buckets().keySet()).containsExactly("demo", "my-films");
        assertThat(config.listener().port()).isEqualTo(65535);
    }

    @Test
    void masksSecretsInText() throws IOException {
        ServerConfig config =
                read(
                        "buckets:",
                        "  b: { s3: { bucket: x, access-key-id: me, secret-access-key: "
                                + SECRET
                                + " } }");
        assertThat(config.toString()).doesNotContain(SECRET).contains("***");
        Bucket bucket = config.buckets().values().iterator().next();
        assertThat(bucket.toString()).doesNotContain(SECRET).contains("***");
        assertThatThrownBy(
                        () ->
                                new S3StoreConfig(
                                        "x",
                                        "",
                                        Optional.empty(),
                                        Optional.empty(),
                                        false,
                                        Optional.empty(),
                                        Optional.of(SECRET)))
                .satisfies(e -> assertThat(e.toString()).doesNotContain(SECRET));
    }

    private static Bucket s3(String bucket, Optional<String> endpoint, Optional<String> region) {
        return new Bucket.S3(
                new S3StoreConfig(
                        bucket,
                        "",
                        endpoint.map(URI::create),
                        region,
                        endpoint.isPresent(),
                        Optional.empty(),
                        Optional.empty()));
    }
}
