package io.rangestream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.rangestream.client.TestServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

final class GetTest {
    private static final int LENGTH = 5_000_000;
    private static final String OBJECT = "demo/timecode.mp4";

    @TempDir private Path directory;

    @Test
    void writesFileIntoDirectory() throws IOException {
        try (TestServer server = new TestServer(LENGTH)) {
            Run run = run(server, directory.toString());
            assertThat(run.exitCode()).isZero();
            Path file = directory.resolve("timecode.mp4");
            assertThat(run.lines()).containsExactly(file + ": 5000000 bytes");
            assertThat(run.errors()).isEmpty();
            assertThat(file).hasBinaryContent(TestServer.bytes(0, LENGTH));
            assertThat(server.reads()).isEqualTo(4);
        }
    }

    @Test
    void showsProgressOnlyOnATerminal() throws IOException {
        try (TestServer server = new TestServer(LENGTH)) {
            Map<String, String> variables =
                    Map.of("RANGESTREAM_TARGET", "http://" + server.target(), "COLUMNS", "120");
            Run run = Run.with(variables, true, "get", OBJECT, directory.toString());
            assertThat(run.exitCode()).isZero();
            assertThat(run.errors()).contains("timecode.mp4", "100%", "MiB/s");
            assertThat(run.lines()).hasSize(1);
        }
    }

    @Test
    void nextDownloadResumes() throws IOException {
        try (TestServer server = new TestServer(LENGTH)) {
            Path file = directory.resolve("film");
            server.failReadsAfter(2, Status.Code.INTERNAL, "BUG");
            Run failed = run(server, "--parts=5", file.toString());
            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.errors()).hasLineCount(1).contains("BUG");
            assertThat(file).doesNotExist();

            server.recover();
            assertThat(run(server, file.toString()).exitCode()).isZero();
            assertThat(file).hasBinaryContent(TestServer.bytes(0, LENGTH));
            assertThat(names()).containsExactly("film");
        }
    }

    @ParameterizedTest
    @CsvSource({"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"})
    void verifiesStoredChecksum(String algorithm) throws IOException {
        String value = StoreChecksums.of(algorithm, TestServer.bytes(0, LENGTH));
        try (TestServer server = TestServer.withChecksum(LENGTH, algorithm, true, value)) {
            Path file = directory.resolve("film");
            Run run = run(server, "--verify", file.toString());
            assertThat(run.exitCode()).isZero();
            assertThat(run.lines())
                    .containsExactly(file + ": 5000000 bytes, verified by the stored " + algorithm);
            Run json = run(server, "--verify", "--json", file.toString());
            assertThat(json.text())
                    .contains("\"verification\":\"VERIFIED\",\"verifiedBy\":\"" + algorithm + '"');
        }
        try (TestServer server = TestServer.withChecksum(LENGTH - 1, algorithm, true, value)) {
            Path file = directory.resolve("film");
            Run run = run(server, "--verify", file.toString());
            assertThat(run.exitCode()).isEqualTo(7);
            assertThat(run.errors()).hasLineCount(1).contains("does not match", algorithm);
            assertThat(names()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"CRC32C, false, AAAA-3", "MD5, true, AAAA", "CRC32C, true, !!"})
    void unverifiableFileStaysWithExitCode8(String algorithm, boolean ofTheWhole, String value)
            throws IOException {
        try (TestServer server = TestServer.withChecksum(LENGTH, algorithm, ofTheWhole, value)) {
            Path file = directory.resolve("film");
            Run run = run(server, "--verify", file.toString());
            assertThat(run.exitCode()).isEqualTo(8);
            assertThat(run.errors()).hasLineCount(1).contains("not verifiable", algorithm);
            assertThat(file).hasBinaryContent(TestServer.bytes(0, LENGTH));
        }
    }

    @Test
    void objectWithoutChecksumIsNotVerifiable() throws IOException {
        try (TestServer server = new TestServer(LENGTH)) {
            Run run = run(server, "--verify", directory.toString());
            assertThat(run.exitCode()).isEqualTo(8);
            assertThat(run.errors()).contains("no checksum is stored");
        }
    }

    @Test
    void namesFileThatCanNotBeWritten() throws IOException {
        try (TestServer server = new TestServer(LENGTH)) {
            Path file = directory.resolve("missing/film");
            Run run = run(server, file.toString());
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.errors()).hasLineCount(1).contains(file.toString());
            Run parts = run(server, "--parts=0", file.toString());
            assertThat(parts.exitCode()).isEqualTo(2);
            assertThat(parts.errors()).hasLineCount(1).contains("1 to 64");
        }
    }

    private static Run run(TestServer server, String... more) {
        String[] arguments =
                Stream.concat(Stream.of("get", OBJECT), Stream.of(more)).toArray(String[]::new);
        return Run.of("http://" + server.target(), arguments);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
