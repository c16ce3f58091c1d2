package io.rangestream.testkit.process;

import io.rangestream.testkit.ChildProcess;
import io.rangestream.testkit.TestTimeout;
import io.rangestream.testkit.tool.ExternalTool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs programs until they end. */
public final class ToolRun {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private ToolRun() {}

    /** The result of a program that has ended. */
    public record Ended(int status, String output, String errors) {}

    /**
     * Runs a program.
     *
     * @return all its output
     * @throws AssertionError if it fails or does not end in time
     */
    public static String output(ExternalTool tool, String... arguments)
            throws IOException, InterruptedException {
        Path log = ChildProcess.logFile(tool.toolName() + "-" + COUNT.incrementAndGet());
        int status =
                run(
                        tool,
                        new ProcessBuilder().redirectErrorStream(true).redirectOutput(log.toFile()),
                        arguments);
        String output = read(log);
        if (status != 0) {
            throw new AssertionError(
                    tool.toolName() + List.of(arguments) + ": status " + status + "\n" + output);
        }
        return output;
    }

    /**
     * Runs a program that may fail.
     *
     * @throws AssertionError if it does not end in time
     */
    public static Ended run(ExternalTool tool, String... arguments)
            throws IOException, InterruptedException {
        String name = tool.toolName() + "-" + COUNT.incrementAndGet();
        Path output = ChildProcess.logFile(name);
        Path errors = ChildProcess.logFile(name + "-err");
        int status =
                run(
                        tool,
                        new ProcessBuilder()
                                .redirectOutput(output.toFile())
                                .redirectError(errors.toFile()),
                        arguments);
        return new Ended(status, read(output), read(errors));
    }

    private static int run(ExternalTool tool, ProcessBuilder builder, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool.require().toString()));
        command.addAll(List.of(arguments));
        try (ChildProcess child = ChildProcess.start(builder.command(command))) {
            if (!child.process().waitFor(TestTimeout.LONG.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(command + ": did not end in time");
            }
            return child.process().exitValue();
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
