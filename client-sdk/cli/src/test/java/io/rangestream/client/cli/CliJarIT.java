package io.rangestream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.client.TestServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The packaged jar of the command line, run as a process, in pipes and with a full disk. */
final class CliJarIT {
    private static final int LENGTH = 20_000_000;
    private static final Path JAR =
            Path.of(System.getProperty("rangestream.root", "../.."))
                    .resolve("client-sdk/target/rangestream-cli.jar");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir private Path directory;
    private TestServer server;
    private String target = "";

    @BeforeEach
    void open() throws IOException {
        server = new TestServer(LENGTH);
        target = "http://" + server.target();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void getPrintsNoBarWithoutTerminal() throws Exception {
        Result result = shell("$CLI get --verify demo/timecode.mp4 film");
        assertThat(result.exitCode()).isEqualTo(8);
        assertThat(result.errors()).hasLineCount(1).contains("not verifiable");
        assertThat(directory.resolve("film")).hasBinaryContent(TestServer.bytes(0, LENGTH));
        assertThat(shell("$CLI get demo/timecode.mp4 film"))
                .isEqualTo(new Result(0, "film: 20000000 bytes\n", ""));
    }

    @Test
    void closedPipeEndsTheCommandSilently() throws Exception {
        Result result =
                shell("$CLI cat demo/timecode.mp4 | head -c 100 > begin; exit ${PIPESTATUS[0]}");
        assertThat(result).isEqualTo(new Result(141, "", ""));
        assertThat(directory.resolve("begin")).hasBinaryContent(TestServer.bytes(0, 100));
        await().atMost(Duration.ofSeconds(1)).until(() -> server.readsCancelled() == 1);
        assertThat(shell("$CLI stat demo/timecode.mp4 >&-")).isEqualTo(new Result(141, "", ""));
    }

    @Test
    void writesRangeIntoPipe() throws Exception {
        Result result = shell("$CLI cat --range -1000000 demo/timecode.mp4 | wc -c");
        assertThat(result.output().strip()).isEqualTo("1000000");
        assertThat(result.errors()).isEmpty();
    }

    /** Simulates a full disk by a limit on the size of files. */
    @Test
    void fullDiskIsReportedAndLeavesNoFile() throws Exception {
        Result result = shell("ulimit -f 4000; $CLI get demo/timecode.mp4 film");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).hasLineCount(1).startsWith("rangestream: film: ");
        assertThat(directory.resolve("film")).doesNotExist();
    }

    @Test
    void resumesAfterInterrupt() throws Exception {
        server.hangReadsAfter(2);
        Process process = process(DefaultSignals.reset(), "exec $CLI get demo/timecode.mp4 film");
        await().atMost(Duration.ofSeconds(30)).until(() -> completeParts() == 2);
        assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor())
                .isZero();
        assertThat(process.waitFor()).isEqualTo(130);
        assertThat(directory.resolve("film")).doesNotExist();
        int before = server.reads();
        server.recover();
        assertThat(shell("$CLI get demo/timecode.mp4 film").exitCode()).isZero();
        assertThat(server.reads() - before).isEqualTo(2);
        assertThat(directory.resolve("film")).hasBinaryContent(TestServer.bytes(0, LENGTH));
    }

    /** The number of complete parts in the state file. */
    private int completeParts() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".state")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (line.startsWith("complete ")) {
                        return Integer.bitCount(Integer.parseInt(line.substring(9), 16));
                    }
                }
            }
        }
        return 0;
    }

    @Test
    void unreachableServerIsOneSentence() throws Exception {
        server.close();
        Result result = shell("$CLI stat demo/timecode.mp4");
        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.errors()).hasLineCount(1).startsWith("rangestream: demo/timecode.mp4");
        assertThat(result.output()).isEmpty();
    }

    @Test
    void printsTheVersionOfTheJar() throws Exception {
        assertThat(shell("$CLI --version").output()).startsWith("rangestream 0.");
    }

    @Test
    void sdkDoesNotContainTheCommandLine() throws IOException {
        try (Stream<Path> files = Files.list(JAR.resolveSibling("classes/io/rangestream/client"))) {
            assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("cli");
        }
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.getEntry("picocli/CommandLine.class")).isNotNull();
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .noneMatch(name -> name.startsWith("org/junit") || name.contains("Scripted"));
        }
    }

    private record Result(int exitCode, String output, String errors) {}

    private Result shell(String script) throws IOException, InterruptedException {
        int exitCode = process(script).waitFor();
        return new Result(
                exitCode,
                Files.readString(directory.resolve("out")),
                Files.readString(directory.resolve("err")));
    }

    private Process process(String script) throws IOException {
        return process(List.of(), script);
    }

    /**
     * Starts a shell.
     *
     * @param wrapper a command that starts the shell; empty for none
     */
    private Process process(List<String> wrapper, String script) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Stream.of(wrapper, List.of("bash", "-c", script))
                                        .flatMap(List::stream)
                                        .toList())
                        .directory(directory.toFile())
                        .redirectOutput(directory.resolve("out").toFile())
                        .redirectError(directory.resolve("err").toFile());
        builder.environment().put("CLI", JAVA + " -jar " + JAR.toAbsolutePath().normalize());
        // A JVM prints an additional line if these are set.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().keySet().removeIf(name -> name.startsWith("RANGESTREAM_"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("RANGESTREAM_TARGET", target);
        return builder.start();
    }
}
