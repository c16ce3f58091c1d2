package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.runners.TestList;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Runs all {@code …Stress} classes by jcstress, in separate JVMs. The findings depend on the
 * machine and on the time: the short run finds frequent races, the long one rare races.
 */
class StressIT {
    /** The result file, the report, and the dumps of crashed JVMs. */
    private static final Path FOLDER = Path.of("target", "jcstress").toAbsolutePath();

    private static final Pattern RESULTS =
            Pattern.compile("\\(Results: (\\d+) planned; (\\d+) passed, (\\d+) failed, .*");

    /** One JVM per test with few and short rounds; most of the time is the start of JVMs. */
    @Test
    void findsNoForbiddenOutcomeInShortRun() throws Exception {
        List<String> options =
                List.of(
                        "-iters",
                        "1",
                        "-time",
                        "50",
                        "-sc",
                        "false",
                        "-af",
                        "NONE",
                        "-jvmArgs",
                        "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        assertThat(run("short", options, Duration.ofMinutes(8))).isEqualTo(TestList.tests().size());
    }

    /** All modes of compilation and all placements of threads on processors. */
    @Test
    @Tag("long")
    @Timeout(5 * 3600)
    void findsNoForbiddenOutcomeInLongRun() throws Exception {
        List<String> options = List.of("-iters", "3", "-time", "300");
        assertThat(run("long", options, Duration.ofHours(4)))
                .isGreaterThan(TestList.tests().size());
    }

    /** Runs all tests and asserts that they pass; returns their number, counted once per JVM. */
    private static int run(String name, List<String> options, Duration longest)
            throws IOException, InterruptedException {
        Path folder = FOLDER.resolve(name);
        empty(folder);
        Path output = folder.resolve("output.txt");
        Process process =
                new ProcessBuilder(command(options))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(longest.toSeconds(), TimeUnit.SECONDS))
                    .as("ended within %s; see %s", longest, output)
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(process.exitValue()).as(printed).isZero();
        MatchResult last =
                RESULTS.matcher(printed).results().reduce((_, next) -> next).orElseThrow();
        assertThat(last.group(2)).as(printed).isEqualTo(last.group(1));
        return Integer.parseInt(last.group(1));
    }

    private static List<String> command(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        // Without this option jcstress skips tests with two threads on a single processor.
        int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
        command.addAll(List.of("-c", Integer.toString(processors)));
        command.addAll(List.of("-m", "quick", "-f", "1", "-fsm", "1", "-r", "report"));
        // Each state is a whole engine, so few of them at a time.
        command.addAll(List.of("-strideSize", "32", "-strideCount", "4"));
        command.addAll(options);
        return command;
    }

    private static void empty(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*.{gz,txt}")) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }
}
