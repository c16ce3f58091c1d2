package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Each mistake is reported in one sentence with the place, the expected and the found value. */
class ConfigMistakesTest {
    private static final String SECRET = "hunter2-secret";
    private static final String GOOD_BUCKETS = "buckets: { d: { s3: { bucket: x } } }\n";

    @TempDir private Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void file() {
        file = folder.resolve("films.yaml");
    }

    @AfterEach
    void clearProperties() {
        System.clearProperty("server.port");
    }

    private ThrowingCallable reading(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return () -> read(Optional.of(file), Map.of());
    }

    private static void read(Optional<Path> file, Map<String, String> environment) {
        ServerConfig config =
                new ConfigReader(environment).read(file, new TreeMap<>(), Optional.empty());
        throw new AssertionError("read: " + config);
    }

    private void assertSays(ThrowingCallable reading, String sentence) {
        assertThatThrownBy(reading)
                .isInstanceOf(ConfigException.class)
                .hasMessage(sentence.replace("FILE", file.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    sever: { port: 1 }                              | FILE: expected only server, http, grpc, first-byte-deadline, deny-as-forbidden, cache, store, log, buckets, but found "sever" (did you mean server?).
                    bucket: { d: { s3: { bucket: x } } }            | FILE: expected only server, http, grpc, first-byte-deadline, deny-as-forbidden, cache, store, log, buckets, but found "bucket" (did you mean buckets?).
                    server: { prt: 1 }                              | FILE: server: expected only host, port, shutdown-grace, max-connections, max-connections-per-address, but found "prt" (did you mean port?).
                    http: { pause-limt: PT1H }                      | FILE: http: expected only pause-limit, cors, max-response-bytes, but found "pause-limt" (did you mean pause-limit?).
                    grpc: { limit: PT1H }                           | FILE: grpc: expected only pause-limit, but found "limit" (did you mean pause-limit?).
                    cache: { memry: 1 GiB }                         | FILE: cache: expected only memory, metadata-ttl, memory-wait, read-ahead, disk, but found "memry" (did you mean memory?).
                    store: { max-request: 3 }                       | FILE: store: expected only max-requests, request-wait, idle-fetch, but found "max-request" (did you mean max-requests?).
                    buckets: { d: { dir: x } }                      | FILE: buckets.d: expected only directory, cache, s3, cache-control, but found "dir" (did you mean s3?).
                    buckets: { d: { directry: x } }                 | FILE: buckets.d: expected only directory, cache, s3, cache-control, but found "directry" (did you mean directory?).
                    buckets: { d: { s3: { buckt: x } } }            | FILE: buckets.d.s3: expected only bucket, prefix, endpoint, region, path-style-access, access-key-id, secret-access-key, session-token, profile, role-arn, external-id, anonymous, request-payer, ca-certificates, but found "buckt" (did you mean bucket?).
                    buckets: { a.b: { s3: { secret-acces-key: hunter2-secret } } } | FILE: buckets.a.b.s3: expected only bucket, prefix, endpoint, region, path-style-access, access-key-id, secret-access-key, session-token, profile, role-arn, external-id, anonymous, request-payer, ca-certificates, but found "secret-acces-key" (did you mean secret-access-key?).
                    """)
    void suggestsNearestKeyForUnknownKey(String yaml, String sentence) throws IOException {
        assertSays(reading(yaml), sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "server: { port: 1 }", "buckets:", "buckets: {}", "# nothing"})
    void rejectsFileWithoutBuckets(String yaml) throws IOException {
        assertSays(
                reading(yaml),
                "FILE: buckets: expected at least one bucket with its name, but found none.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    buckets: { d: {} }                              | FILE: buckets.d: expected either 'directory' or 's3', but found neither.
                    buckets: { d: }                                 | FILE: buckets.d: expected either 'directory' or 's3', but found neither.
                    buckets: { d: { directory: ., s3: { bucket: x } } } | FILE: buckets.d: expected either 'directory' or 's3', but found both.
                    buckets: { d: { directory: /no/such/folder } }  | FILE: buckets.d.directory: expected a folder that can be read, but found "/no/such/folder".
                    buckets: { d: { directory: "" } }               | FILE: buckets.d.directory: expected the path of a folder, but found nothing.
                    buckets: { d: { directory: { a: b } } }         | FILE: buckets.d.directory: expected a single value, but found a section.
                    buckets: { d: { s3: {} } }                      | FILE: buckets.d.s3.bucket: expected the bucket's name in S3, but found nothing.
                    buckets: { d: { s3: my-films } }                | FILE: buckets.d.s3: expected a section of keys and values, but found "my-films".
                    buckets: { d: ./films }                         | FILE: buckets.d: expected a section of keys and values, but found "./films".
                    buckets: films                                  | FILE: buckets: expected a section of keys and values, but found "films".
                    server: 8080                                    | FILE: server: expected a section of keys and values, but found "8080".
                    buckets: { "a/b": { s3: { bucket: x } } }       | FILE: buckets.a/b: expected a bucket name without '/', but found "a/b".
                    buckets: [ films ]                              | FILE: buckets: expected a section of keys and values, but found a list.
                    buckets: { d: { directory: [ films ] } }        | FILE: buckets.d.directory: expected a single value, but found a list.
                    buckets: { a.b: { s3: x }, a.b: { s3: y } }     | FILE: expected each key once, but found "a.b" again at line 1.
                    server: { port: 1, port: 2 }                    | FILE: expected each key once, but found "port" again at line 1.
                    """)
    void rejectsInvalidBucketOrSection(String yaml, String sentence) throws IOException {
        assertSays(reading(yaml), sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"65536", "-1", "eighty", "80.5", "0x50", "80 80", "99999999999999999999"})
    void rejectsInvalidPort(String port) throws IOException {
        assertSays(
                reading(GOOD_BUCKETS + "server: { port: " + port + " }"),
                "FILE: server.port: expected a whole number from 0 to 65535, but found \""
                        + port
                        + "\".");
    }

    @Test
    void namesSystemPropertyOfInvalidPort() throws IOException {
        System.setProperty("server.port", "eighty");
        assertSays(
                reading(GOOD_BUCKETS + "server: { port: 80 }"),
                "FILE: server.port: expected a whole number from 0 to 65535, but found"
                        + " \"eighty\" in the system property server.port.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"60", "1h", "PT", "PT-1H", "PT0.999S", "P1Y", "soon"})
    void rejectsMalformedOrTooShortPauseLimit(String limit) throws IOException {
        for (String section : List.of("http", "grpc")) {
            assertSays(
                    reading(GOOD_BUCKETS + section + ": { pause-limit: " + limit + " }"),
                    "FILE: "
                            + section
                            + ".pause-limit: expected a time as in PT30S or PT1H, PT1S or longer,"
                            + " but found \""
                            + limit
                            + "\".");
        }
    }

    @Test
    void rejectsNegativeShutdownGrace() throws IOException {
        assertSays(
                reading(GOOD_BUCKETS + "server: { shutdown-grace: PT-1S }"),
                "FILE: server.shutdown-grace: expected a time as in PT30S or PT1H, PT0S or longer,"
                        + " but found \"PT-1S\".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ja", "1", "TRUE!", "'no way'"})
    void rejectsMalformedFlag(String flag) throws IOException {
        assertSays(
                reading("buckets: { d: { s3: { bucket: x, path-style-access: " + flag + " } } }"),
                "FILE: buckets.d.s3.path-style-access: expected true or false, but found \""
                        + flag.replace("'", "")
                        + "\".");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9000",
                "ftp://host",
                "http://",
                "http:/host",
                "host",
                "http://a b"
            })
    void rejectsMalformedEndpoint(String endpoint) throws IOException {
        assertSays(
                reading("buckets: { d: { s3: { bucket: x, endpoint: '" + endpoint + "' } } }"),
                "FILE: buckets.d.s3.endpoint: expected a URL as in http://HOST:PORT, but found \""
                        + endpoint
                        + "\".");
        assertSays(
                () -> read(Optional.empty(), Map.of("S3_BUCKET", "b", "S3_ENDPOINT", endpoint)),
                "S3_ENDPOINT: expected a URL as in http://HOST:PORT, but found \""
                        + endpoint
                        + "\".");
    }

    @Test
    void namesMissingHalfOfCredentials() throws IOException {
        assertSays(
                reading("buckets: { d: { s3: { bucket: x, access-key-id: me } } }"),
                "FILE: buckets.d.s3.secret-access-key: expected a value, as the other half of the"
                        + " credentials has one, but found nothing.");
        assertSays(
                reading("buckets: { d: { s3: { bucket: x, secret-access-key: " + SECRET + " } } }"),
                "FILE: buckets.d.s3.access-key-id: expected a value, as the other half of the"
                        + " credentials has one, but found nothing.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret-access-key: \"hunter2-secret",
                "buckets: { d: { s3: { secret-access-key: hunter2-secret",
                "buckets:\n  secret-access-key: hunter2-secret\n\tbad: tab",
                "secret-access-key: hunter2-secret: x",
                "hunter2-secret",
                "- hunter2-secret",
                "buckets: *hunter2-secret",
                "secret-access-key: hunter2-secret\n---\nbuckets: {}",
                "secret-access-key: hunter2-secret\u0007",
                "? [hunter2-secret]\n: x",
                "\"\": hunter2-secret",
                "a: &hunter2-secret { b: *hunter2-secret }",
                "{ a: { a: { a: { a: { a: { a: { a: { a: { a: hunter2-secret } } } } } } } } }",
            })
    void rejectsInvalidYamlWithoutQuotingValues(String text) throws IOException {
        assertThatThrownBy(reading(text))
                .isInstanceOf(ConfigException.class)
                .satisfies(
                        e ->
                                assertThat(e.getMessage())
                                        .startsWith(file + ": expected keys and values in YAML")
                                        .doesNotContain("hunter2")
                                        .hasLineCount(1));
    }

    @Test
    void rejectsMissingFileAndFolderAsConfiguration() throws IOException {
        Path missing = folder.resolve("missing.yaml");
        for (Path path : List.of(missing, folder)) {
            assertSays(
                    () -> read(Optional.of(path), Map.of("S3_BUCKET", "b")),
                    "--config: expected a file that can be read, but found \"" + path + "\".");
        }
    }

    @Test
    void namesAllThreeSourcesIfNoBucketIsConfigured() {
        for (Map<String, String> environment :
                List.of(Map.<String, String>of(), Map.of("S3_BUCKET", ""))) {
            assertThatThrownBy(() -> read(Optional.empty(), environment))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("--config", "--directory", "S3_BUCKET")
                    .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
        }
    }

    @Test
    void rejectsInvalidDirectoryOption() throws IOException {
        assertSays(
                () -> directories(Optional.empty(), "d=/no/such/folder"),
                "--directory d: expected a folder that can be read, but found"
                        + " \"/no/such/folder\".");
        assertSays(
                () -> directories(Optional.empty(), "a/b=" + folder),
                "--directory a/b: expected a bucket name without '/', but found \"a/b\".");
        assertSays(
                () -> directories(Optional.empty(), "d"),
                "--directory: expected NAME=PATH, but found \"d\".");
        assertSays(
                () -> directories(Optional.empty(), "d=" + folder, "d=" + folder),
                "--directory d: expected a name that is not taken, but found a second bucket of"
                        + " that name.");
        Files.writeString(file, GOOD_BUCKETS);
        assertSays(
                () -> directories(Optional.of(file), "d=" + folder),
                "--directory d: expected a name that is not taken, but found a second bucket of"
                        + " that name.");
    }

    private static void directories(Optional<Path> file, String... options) {
        new ConfigReader(Map.of())
                .read(file, ConfigReader.byName(List.of(options)), Optional.empty());
    }
}
