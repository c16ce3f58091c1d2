package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.app.config.ServerConfig.Bucket;
import io.rangestream.app.config.ServerConfig.Listener;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.store.s3.credentials.S3Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Settings in environment variables; variables that are no settings are ignored. */
class EnvironmentSettingsTest {
    @TempDir private Path folder;

    @AfterEach
    void clear() {
        System.clearProperty("server.port");
    }

    private record Read(ServerConfig config, List<String> warnings) {}

    private Read read(Map<String, String> environment, Optional<Integer> port, String yaml)
            throws IOException {
        Path file = Files.writeString(folder.resolve("films.yaml"), yaml);
        ConfigReader reader = new ConfigReader(environment);
        ServerConfig config = reader.read(Optional.of(file), new TreeMap<>(), port);
        return new Read(config, reader.warnings());
    }

    private Read read(Map<String, String> environment) throws IOException {
        return read(
                environment,
                Optional.empty(),
                "server: { port: 9090 }\nbuckets: { films: { s3: { bucket: x } } }");
    }

    private static S3StoreConfig onlyStore(ServerConfig config) {
        return ((Bucket.S3) config.buckets().values().iterator().next()).store();
    }

    @Test
    void readsEachSettingFromVariable() throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("RANGESTREAM_SERVER_PORT", "7070");
        environment.put("RANGESTREAM_SERVER_SHUTDOWN_GRACE", "PT2S");
        environment.put("RANGESTREAM_HTTP_PAUSE_LIMIT", "PT2H");
        environment.put(
                "RANGESTREAM_HTTP_CORS_ALLOWED_ORIGINS", "https://a.example, http://b.example");
        environment.put("RANGESTREAM_CACHE_MEMORY", "8 MiB");
        environment.put("RANGESTREAM_CACHE_READ_AHEAD_FIRST_FETCH", "1 MiB");
        environment.put("RANGESTREAM_STORE_MAX_REQUESTS", "7");
        environment.put("RANGESTREAM_LOG_REQUESTS", "false");
        environment.put("RANGESTREAM_DENY_AS_FORBIDDEN", "true");
        environment.put("RANGESTREAM_BUCKETS_FILMS_S3_PREFIX", "a/");
        environment.put("RANGESTREAM_BUCKETS_FILMS_S3_ACCESS_KEY_ID", "me");
        environment.put("RANGESTREAM_BUCKETS_FILMS_S3_SECRET_ACCESS_KEY", "hush");
        environment.put("RANGESTREAM_BUCKETS_FILMS_CACHE_CONTROL", "no-store");
        Read read = read(environment);
        ServerConfig config = read.config();
        assertThat(config.listener())
                .isEqualTo(new Listener("127.0.0.1", 7070, Duration.ofSeconds(2)));
        assertThat(config.pauses().http()).isEqualTo(Duration.ofHours(2));
        assertThat(config.responses().toString()).contains("https://a.example", "http://b.example");
        assertThat(config.tuning().engine().memoryBytes()).isEqualTo(8 * 1024 * 1024);
        assertThat(config.tuning().engine().readAhead().firstFetchBytes()).isEqualTo(1024 * 1024);
        assertThat(config.tuning().stores().maxRequests()).isEqualTo(7);
        assertThat(config.tuning().logsRequests()).isFalse();
        assertThat(config.responses().toString()).contains("no-store");
        S3StoreConfig films = onlyStore(config);
        assertThat(films.prefix()).isEqualTo("a/");
        assertThat(films.credentials())
                .isEqualTo(new S3Credentials.Keys("me", "hush", Optional.empty()));
        assertThat(read.warnings()).isEmpty();
    }

    @Test
    void systemPropertyOverridesVariableAndCommandLineOverridesBoth() throws IOException {
        Map<String, String> environment = Map.of("RANGESTREAM_SERVER_PORT", "7070");
        String yaml = "server: { port: 9090 }\nbuckets: { films: { s3: { bucket: x } } }";
        assertThat(read(environment).config().listener().port()).isEqualTo(7070);
        System.setProperty("server.port", "6060");
        assertThat(read(environment).config().listener().port()).isEqualTo(6060);
        assertThat(read(environment, Optional.of(5050), yaml).config().listener().port())
                .isEqualTo(5050);
    }

    /** Kubernetes sets these variables in each pod of a namespace that has these services. */
    @Test
    void ignoresKubernetesServiceVariables() throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String service :
                List.of(
                        "SERVER",
                        "CACHE",
                        "HTTP",
                        "GRPC",
                        "STORE",
                        "LOG",
                        "BUCKETS",
                        "S3",
                        "AWS",
                        "DENY",
                        "RANGESTREAM",
                        "RANGESTREAM_SERVER",
                        "RANGESTREAM_CACHE",
                        "RANGESTREAM_BUCKETS_FILMS_S3")) {
            environment.put(service + "_SERVICE_HOST", "10.0.0.1");
            environment.put(service + "_SERVICE_PORT", "80");
            environment.put(service + "_SERVICE_PORT_HTTP", "80");
            environment.put(service + "_PORT", "tcp://10.0.0.1:80");
            environment.put(service + "_PORT_80_TCP", "tcp://10.0.0.1:80");
            environment.put(service + "_PORT_80_TCP_PROTO", "tcp");
            environment.put(service + "_PORT_80_TCP_PORT", "80");
            environment.put(service + "_PORT_80_TCP_ADDR", "10.0.0.1");
            environment.put(service + "_PORT_53_UDP", "udp://10.0.0.1:53");
        }
        // Variables without the prefix are not settings, so their values are not parsed.
        environment.put("SERVER_HOST", "nonsense");
        environment.put("CACHE_MEMORY", "nonsense");
        environment.put("BUCKETS_FILMS_S3_PREFIX", "nonsense");
        Read read = read(environment);
        assertThat(read.config()).isEqualTo(read(Map.of()).config());
        assertThat(read.warnings()).isEmpty();
        assertThat(
                        new ConfigReader(environment)
                                .read(
                                        Optional.empty(),
                                        ConfigReader.byName(List.of("d=" + folder)),
                                        Optional.empty())
                                .listener()
                                .port())
                .isEqualTo(8080);
    }

    @Test
    void warnsAboutUnknownVariable() throws IOException {
        assertThat(
                        read(Map.of(
                                        "RANGESTREAM_CACHE_MEMROY", "1 GiB",
                                        "RANGESTREAM_BUCKETS_FILM_S3_REGION", "x",
                                        "RANGESTREAM_CACHE_MEMORY", ""))
                                .warnings())
                .containsExactly(
                        "RANGESTREAM_BUCKETS_FILM_S3_REGION: no setting has this name, so it is"
                                + " ignored (did you mean RANGESTREAM_BUCKETS_FILMS_S3_REGION?)",
                        "RANGESTREAM_CACHE_MEMROY: no setting has this name, so it is ignored (did"
                                + " you mean RANGESTREAM_CACHE_MEMORY?)");
    }

    @Test
    void namesVariableOfInvalidValue() {
        assertThatThrownBy(() -> read(Map.of("RANGESTREAM_SERVER_PORT", "eighty")))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith(
                        "server.port: expected a whole number from 0 to 65535, but found"
                                + " \"eighty\" in the environment variable"
                                + " RANGESTREAM_SERVER_PORT.");
    }

    @Test
    void rejectsVariableThatMatchesTwoBuckets() {
        String yaml = "buckets: { a.b: { s3: { bucket: x } }, a-b: { s3: { bucket: y } } }";
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of("RANGESTREAM_BUCKETS_A_B_S3_REGION", "r"),
                                        Optional.empty(),
                                        yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("RANGESTREAM_BUCKETS_A_B_S3_REGION")
                .hasMessageContaining("buckets.a-b.s3.region")
                .hasMessageContaining("buckets.a.b.s3.region");
    }

    @Test
    void expandsVariablesInFile() throws IOException {
        String yaml = "buckets: { films: { s3: { bucket: '${STAGE}-films', prefix: 'a$b/${/' } } }";
        S3StoreConfig films =
                onlyStore(read(Map.of("STAGE", "test$1"), Optional.empty(), yaml).config());
        assertThat(films.bucket()).isEqualTo("test$1-films");
        assertThat(films.prefix()).isEqualTo("a$b/${/");
        assertThatThrownBy(() -> read(Map.of(), Optional.empty(), yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith(
                        "buckets.films.s3.bucket: expected an environment variable STAGE, but"
                                + " found none.");
    }
}
