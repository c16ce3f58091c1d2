package io.rangestream.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Programs that are run to their end. */
public final class ToolRun {
    /** For the longest of them, which downloads gibibytes on a busy machine. */
    private static final int PATIENCE_SECONDS = 180;

    private static final AtomicInteger COUNT = new AtomicInteger();

    private ToolRun() {}

    /**
     * Runs a program.
     *
     * @return all that it printed
     * @throws AssertionError where it ends without success, or not at all
     */
    public static String output(ExternalTool tool, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool.require().toString()));
        command.addAll(List.of(arguments));
        Path log = ChildProcess.logFile(tool.toolName() + "-" + COUNT.incrementAndGet());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        try (ChildProcess child = ChildProcess.start(builder)) {
            boolean ended = child.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String output = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            if (!ended || child.process().exitValue() != 0) {
                String end = ended ? "status " + child.process().exitValue() : "no end";
                throw new AssertionError(command + ": " + end + "\n" + output);
            }
            return output;
        }
    }
}
