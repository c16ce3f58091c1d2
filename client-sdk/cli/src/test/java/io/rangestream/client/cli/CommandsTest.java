package io.rangestream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.grpc.Status;
import io.rangestream.client.TestServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.stream.Stream;

final class CommandsTest {
    private static final int LENGTH = 1_000_000;
    private static final String OBJECT = "demo/timecode.mp4";

    private TestServer server;
    private String target;

    @BeforeEach
    void open() throws IOException {
        server = new TestServer(LENGTH);
        target = "http://" + server.target();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"0-9, 0, 10", "999990-, 999990, 10", "-3, 999997, 3", "5-2000000, 5, 999995"})
    void catWritesRange(String range, int firstPos, int length) {
        Run run = Run.of(target, "cat", "--range", range, OBJECT);
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).isEqualTo(TestServer.bytes(firstPos, length));
    }

    @Test
    void catWritesWholeObject() {
        assertThat(Run.of(target, "cat", OBJECT).output()).isEqualTo(TestServer.bytes(0, LENGTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "-", "9-5", "a-b", "1-2-3", "99999999999999999999-"})
    void malformedRangeIsAUsageError(String range) {
        Run run = Run.of(target, "cat", "--range=" + range, OBJECT);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).hasLineCount(1).contains(range);
        assertThat(server.reads()).isZero();
    }

    @Test
    void statPrintsMetadata() {
        assertThat(Run.of(target, "stat", OBJECT).lines())
                .containsExactly(
                        "bucket: demo",
                        "key: timecode.mp4",
                        "complete-length: 1000000",
                        "etag: \"v1\"",
                        "last-modified: 2023-11-14T22:13:20Z",
                        "content-type: video/mp4");
        assertThat(Run.of(target, "stat", "--json", OBJECT).lines())
                .containsExactly(
                        "{\"bucket\":\"demo\",\"key\":\"timecode.mp4\",\"completeLength\":1000000,"
                            + "\"etag\":\"\\\"v1\\\"\",\"lastModified\":\"2023-11-14T22:13:20Z\","
                            + "\"contentType\":\"video/mp4\"}");
    }

    @Test
    void lsListsBucketsAndObjects() {
        server.haveSomeToList();
        assertThat(Run.of(target, "ls").lines()).containsExactly("demo", "films");
        assertThat(Run.of(target, "ls", "demo/x/").lines())
                .containsExactly(
                        "              -                        x/a/",
                        "     5000000000  2023-11-14T22:13:20Z  x/b \"ü\".mp4");
        assertThat(server.lastDelimiter()).isEqualTo("/");
        assertThat(Run.of(target, "ls", "-r", "--json", "demo").lines())
                .containsExactly(
                        "{\"commonPrefix\":\"a/\"}",
                        "{\"key\":\"b \\\"ü\\\".mp4\",\"completeLength\":5000000000,"
                            + "\"etag\":\"\\\"v1\\\"\",\"lastModified\":\"2023-11-14T22:13:20Z\"}");
        assertThat(server.lastDelimiter()).isEmpty();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND", 3),
                arguments(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED", 4),
                arguments(Status.Code.PERMISSION_DENIED, "NOT_ALLOWED", 4),
                arguments(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE", 5),
                arguments(Status.Code.DEADLINE_EXCEEDED, "DEADLINE", 5),
                arguments(Status.Code.ABORTED, "OBJECT_CHANGED", 6),
                arguments(Status.Code.DATA_LOSS, "CHECKSUM_MISMATCH", 7),
                arguments(Status.Code.INTERNAL, "BUG", 1));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failurePrintsOneLineAndSetsExitCode(Status.Code code, String reason, int exitCode) {
        server.failStats(code, reason);
        Run run = Run.of(target, "stat", OBJECT);
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .hasLineCount(1)
                .startsWith("rangestream: demo/timecode.mp4: ")
                .contains(reason);
    }

    @Test
    void rangePastTheEndIsNotFound() {
        Run run = Run.of(target, "cat", "--range", "1000000-", OBJECT);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors()).hasLineCount(1).contains("1000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dog", "stat", "stat demo", "stat /key", "stat a/b --nonsense"})
    void invalidCommandLinePrintsOneLine(String line) {
        Run run = Run.of(target, line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).hasLineCount(1).startsWith("rangestream: ");
    }

    @Test
    void requiresServer() {
        Run run = Run.with(Map.of(), false, "stat", OBJECT);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).hasLineCount(1).contains("--target", "RANGESTREAM_TARGET");
    }

    @Test
    void usesTlsUnlessPlaintextIsSet() {
        Run tls = Run.with(Map.of(), false, "stat", "--target", server.target(), OBJECT);
        assertThat(tls.exitCode()).isEqualTo(5);
        assertThat(tls.errors())
                .isEqualTo("rangestream: the server answered without TLS; use --plaintext\n");
        Run plaintext =
                Run.with(
                        Map.of(),
                        false,
                        "stat",
                        "--plaintext",
                        "--target",
                        server.target(),
                        OBJECT);
        assertThat(plaintext.exitCode()).isZero();
    }

    @Test
    void tokenOverPlaintextIsSentOnlyIfAllowed() {
        Map<String, String> variables =
                Map.of("RANGESTREAM_TARGET", target, "RANGESTREAM_TOKEN", "abc\n");
        Run refused = Run.with(variables, false, "stat", OBJECT);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errors())
                .hasLineCount(1)
                .contains("RANGESTREAM_TOKEN", "--allow-token-over-plaintext")
                .doesNotContain("abc");
        assertThat(server.authorizations()).isEmpty();
        Run allowed = Run.with(variables, false, "stat", "--allow-token-over-plaintext", OBJECT);
        assertThat(allowed.exitCode()).isZero();
        assertThat(server.authorizations()).containsExactly("Bearer abc");
    }

    @Test
    void closedOutputIsSilentAndFullOutputIsReported() {
        Map<String, String> variables = Map.of("RANGESTREAM_TARGET", target);
        Run quiet = Run.into(failing("Broken pipe"), variables, false, "cat", OBJECT);
        assertThat(quiet.errors()).isEmpty();
        assertThat(quiet.exitCode()).isEqualTo(141);
        Run full = Run.into(failing("No space left on device"), variables, false, "cat", OBJECT);
        assertThat(full.errors()).hasLineCount(1).contains("No space left on device");
        assertThat(full.exitCode()).isEqualTo(1);
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(message);
            }
        };
    }

    @Test
    void helpListsCommandsAndExitCodes() {
        Run run = Run.of(target, "--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.text()).contains("ls", "stat", "cat", "get", "Exit codes:", "141");
    }
}
