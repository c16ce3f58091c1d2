package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Command lines that exit without starting a server. */
final class MainTest {
    @TempDir private Path folder;

    @AfterEach
    void clearProperties() {
        System.clearProperty("grpc.pause-limit");
    }

    private record Run(int status, String out, String err) {}

    private static Run run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Main main =
                new Main(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        int status = new CommandLine(main).execute(arguments);
        return new Run(
                status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "--port=65536, --port",
        "--directory=d, --directory",
        "--directory=d=a --directory=d=b, --directory d",
        "--config=/no/such/file, --config",
        "--print-config --config=/no/such/file, --config",
        "--print-config --port=65536, --port",
    })
    void reportsMistakeInOneLineAndExitsWith2(String arguments, String where) {
        Run run = run(arguments.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith(where + ": ").hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void printsTheConfigurationAndExitsWithoutStarting() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("films.yaml"),
                        """
                        server: { port: 1, host: 127.0.0.2 }
                        buckets:
                          films: { s3: { bucket: x, access-key-id: me, secret-access-key: hush } }
                        """);
        System.setProperty("grpc.pause-limit", "PT2H");
        Run run =
                run(
                        "--print-config",
                        "--config=" + file,
                        "--port=2",
                        "--directory=local=" + folder);
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .contains(
                        "server.host: 127.0.0.2  # file " + file,
                        "server.port: 2  # command line",
                        "grpc.pause-limit: PT2H  # system property grpc.pause-limit",
                        "first-byte-deadline: PT15S  # default",
                        "buckets.films.s3.access-key-id: me  # file " + file,
                        "buckets.films.s3.secret-access-key: \"***\"  # file " + file,
                        "buckets.local.directory: " + folder + "  # command line",
                        "buckets.local.cache: false  # default")
                .noneMatch(line -> line.contains("hush") || line.contains("ready on"));
    }
}
