package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The output of {@code --print-config}. */
final class EffectiveSettingsTest {
    private static final String SECRET = "hunter2-secret";

    @TempDir private Path folder;

    @BeforeEach
    void profiles() {
        System.setProperty("aws.configFile", folder.resolve("config").toString());
        System.setProperty("aws.sharedCredentialsFile", folder.resolve("credentials").toString());
    }

    @AfterEach
    void clearProperties() {
        System.clearProperty("aws.configFile");
        System.clearProperty("aws.sharedCredentialsFile");
        System.clearProperty("cache.metadata-ttl");
    }

    private List<String> effective(Map<String, String> environment, String yaml)
            throws IOException {
        Path file = Files.writeString(folder.resolve("films.yaml"), yaml);
        ConfigReader reader = new ConfigReader(environment);
        var _ = reader.read(Optional.of(file), new TreeMap<>(), Optional.of(0));
        return reader.effectiveSettings().stream()
                .map(line -> line.replace(file.toString(), "FILE"))
                .toList();
    }

    @Test
    void namesSourceOfEachValue() throws IOException {
        System.setProperty("cache.metadata-ttl", "PT3S");
        Map<String, String> environment = new HashMap<>();
        environment.put("RANGESTREAM_CACHE_DISK_PATH", "/var/cache/rangestream");
        environment.put("AWS_ENDPOINT_URL_S3", "http://minio:9000");
        environment.put("AWS_REGION", "eu-central-1");
        assertThat(
                        effective(
                                environment,
                                """
                                cache: { memory: 4096 KiB, metadata-ttl: PT1M }
                                http: { cors: { allowed-origins: [ "https://a.example", "*" ] } }
                                buckets:
                                  films: { s3: { bucket: my-films }, cache-control: "public, max-age=60" }
                                """))
                .contains(
                        "server.host: 127.0.0.1  # default",
                        "server.port: 0  # command line",
                        "http.cors.allowed-origins: [https://a.example, \"*\"]  # file FILE",
                        "http.max-response-bytes: \"\"  # default",
                        "deny-as-forbidden: false  # default",
                        "cache.memory: 4 MiB  # file FILE",
                        "cache.metadata-ttl: PT3S  # system property cache.metadata-ttl",
                        "cache.disk.path: /var/cache/rangestream  # environment variable"
                                + " RANGESTREAM_CACHE_DISK_PATH",
                        "cache.disk.size: 10 GiB  # default",
                        "buckets.films.s3.bucket: my-films  # file FILE",
                        "buckets.films.s3.endpoint: http://minio:9000  # environment variable"
                                + " AWS_ENDPOINT_URL_S3",
                        "buckets.films.s3.region: eu-central-1  # environment variable AWS_REGION",
                        "buckets.films.s3.path-style-access: true  # default",
                        "buckets.films.cache-control: \"public, max-age=60\"  # file FILE");
    }

    @Test
    void computesDerivedDefaults() throws IOException {
        List<String> lines = effective(Map.of(), "buckets: { d: { directory: '" + folder + "' } }");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("cache.memory: "))
                .singleElement()
                .asString()
                .matches("cache\\.memory: \\d+( [KMGT]iB)?  # default");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("server.max-connections"))
                .hasSize(2)
                .allMatch(line -> line.matches(".*: [1-9]\\d*  # default"));
    }

    @Test
    void masksSecrets() throws IOException {
        List<String> lines =
                effective(
                        Map.of("TOKEN", SECRET + "-token"),
                        "buckets: { d: { s3: { bucket: x, access-key-id: me, secret-access-key: "
                                + SECRET
                                + ", session-token: '${TOKEN}' } } }");
        assertThat(lines)
                .contains(
                        "buckets.d.s3.access-key-id: me  # file FILE",
                        "buckets.d.s3.secret-access-key: \"***\"  # file FILE",
                        "buckets.d.s3.session-token: \"***\"  # file FILE")
                .noneMatch(line -> line.contains(SECRET));
    }

    /** Each declared setting is printed; each bucket prints the settings of its kind. */
    @Test
    void printsEachSettingOnceInValidYaml() throws IOException {
        List<String> lines =
                effective(
                        Map.of(),
                        "buckets: { \"a.b: #c\": { directory: '"
                                + folder
                                + "' }, d: { s3: { bucket: \"0123\" } } }");
        Map<String, Object> parsed = new Yaml().load(String.join("\n", lines));
        assertThat(parsed).hasSameSizeAs(lines).hasSize(Settings.ALL.size() + 1);
        assertThat(parsed)
                .containsEntry("buckets.a.b: #c.directory", folder.toString())
                .containsEntry("buckets.a.b: #c.cache", false)
                .containsEntry("buckets.a.b: #c.cache-control", "no-cache")
                .containsEntry("buckets.d.cache-control", "no-cache");
    }

    @Test
    void printsBucketOfEnvironment() {
        ConfigReader reader =
                new ConfigReader(
                        Map.of("S3_BUCKET", "my-films", "S3_ENDPOINT", "https://s3.example"));
        var _ = reader.read(Optional.empty(), new TreeMap<>(), Optional.empty());
        assertThat(reader.effectiveSettings())
                .contains(
                        "server.port: 8080  # default",
                        "buckets.my-films.s3.bucket: my-films  # environment variable S3_BUCKET",
                        "buckets.my-films.s3.endpoint: https://s3.example  # environment variable"
                                + " S3_ENDPOINT",
                        "buckets.my-films.s3.region: \"\"  # default");
    }
}
