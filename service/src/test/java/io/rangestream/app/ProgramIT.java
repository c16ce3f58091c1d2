package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.process.RangestreamProcess;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The packaged program, as a user runs it. */
final class ProgramIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir private Path folder;

    @Test
    void servesFilesOfADirectory() throws Exception {
        Files.writeString(folder.resolve("a.txt"), "hello, range");
        try (RangestreamProcess server =
                RangestreamProcess.start("--directory", "docs=" + folder, "--examples")) {
            assertThat(get(server, "/objects/docs/a.txt", Optional.of("bytes=7-11")))
                    .isEqualTo("206 range");
            assertThat(server.output())
                    .contains("http://" + server.authority() + "/\n")
                    .contains(
                            "curl -i -r 4-7 'http://" + server.authority() + "/objects/docs/a.txt'")
                    .contains("grpcurl -plaintext -d '{\"bucket\":\"docs\",\"key\":\"a.txt\",");
            Awaitility.await("the request's line")
                    .until(() -> server.output().contains("\"operation\":\"GET /objects\""));
        }
    }

    @Test
    void exposesHealthAndMetrics() throws Exception {
        try (RangestreamProcess server =
                RangestreamProcess.start("--directory", "docs=" + folder)) {
            assertThat(get(server, "/observe/health/live", Optional.empty())).startsWith("200 ");
            assertThat(get(server, "/observe/health/ready", Optional.empty()))
                    .startsWith("200 ")
                    .contains("\"docs\":\"REACHABLE\"");
            get(server, "/objects/docs/none", Optional.empty());
            Awaitility.await("the meter of a request that has ended")
                    .until(
                            () ->
                                    get(server, "/observe/metrics", Optional.empty())
                                            .contains("rangestream_requests_total{"));
        }
    }

    @Test
    void startsWithUnreachableStoreAndIsNotReady() throws Exception {
        Path config = folder.resolve("config.yaml");
        Files.writeString(
                config,
                """
                buckets:
                  films:
                    s3:
                      bucket: films
                      endpoint: "http://127.0.0.1:1"
                      access-key-id: someone
                      secret-access-key: very-secret
                """);
        try (RangestreamProcess server = RangestreamProcess.start("--config", config.toString())) {
            Awaitility.await("the warning")
                    .atMost(SOON)
                    .until(
                            () ->
                                    server.output()
                                            .contains("Bucket films: its store can't be reached"));
            assertThat(get(server, "/observe/health/ready", Optional.empty()))
                    .startsWith("503 ")
                    .contains("\"films\":\"UNREACHABLE\"");
            assertThat(get(server, "/objects/films/a", Optional.empty())).startsWith("502 ");
            assertThat(server.output()).doesNotContain("very-secret").doesNotContain("\tat ");
        }
    }

    @Test
    void startWithoutBucketsNamesTheThreeOptions() {
        assertRefused(List.of(), "--config FILE", "--directory NAME=PATH", "S3_BUCKET");
    }

    @Test
    void configurationErrorNamesFileAndKey() throws IOException {
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, "server: { prot: 80 }\nbuckets: { a: { directory: . } }\n");
        assertRefused(
                List.of("--config", config.toString()),
                config.toString(),
                "server",
                "\"prot\"",
                "did you mean port?");
    }

    @Test
    void exitsIfThePortIsInUse() throws Exception {
        try (RangestreamProcess server =
                RangestreamProcess.start("--directory", "docs=" + folder)) {
            assertRefused(
                    List.of(
                            "--directory",
                            "docs=" + folder,
                            "--port",
                            Integer.toString(server.uri().getPort())),
                    "can't start");
        }
    }

    @Test
    void printsVersionAndHelp() {
        assertThat(outputOf(List.of("--version"), 0)).startsWith("rangestream 0.");
        assertThat(outputOf(List.of("--help"), 0))
                .contains("--config", "--port", "--directory", "--help", "--version");
    }

    @Test
    void rejectsOlderJavaInOneLine() throws IOException {
        Optional<Path> older = olderJava();
        // A build machine with Java 17 as its default has one. Without an older Java, only the
        // running version is checked.
        if (older.isEmpty()) {
            assertThat(Runtime.version().feature()).isGreaterThanOrEqualTo(25);
            return;
        }
        try (RangestreamProcess process =
                RangestreamProcess.run(older.get(), List.of(), Map.of(), List.of("--help"))) {
            assertThat(process.awaitExit(SOON)).isEqualTo(2);
            assertThat(process.output())
                    .startsWith("rangestream needs Java 25 or later")
                    .hasLineCount(1);
        }
    }

    private static Optional<Path> olderJava() throws IOException {
        Path parent = JAVA_HOME.getParent();
        try (Stream<Path> siblings = Files.list(parent)) {
            return siblings.filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .filter(home -> isOlder(home.resolve("release")))
                    .findFirst();
        }
    }

    private static boolean isOlder(Path release) {
        try {
            return Files.readString(release).matches("(?s).*JAVA_VERSION=\"(1\\.8|11|17|21).*");
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertRefused(List<String> arguments, String... words) {
        assertThat(outputOf(arguments, 2)).contains(words).hasLineCount(1);
    }

    private static String outputOf(List<String> arguments, int status) {
        try (RangestreamProcess process =
                RangestreamProcess.run(JAVA_HOME, List.of(), Map.of(), arguments)) {
            assertThat(process.awaitExit(SOON)).as(process.output()).isEqualTo(status);
            return process.output();
        }
    }

    private static String get(RangestreamProcess server, String path, Optional<String> range)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.uri() + path));
        range.ifPresent(value -> request.header("Range", value));
        try (HttpClient client = HttpClient.newHttpClient()) {
            var response = client.send(request.build(), BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
    }
}
