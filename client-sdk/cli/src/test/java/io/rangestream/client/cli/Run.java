package io.rangestream.client.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One run of the command line in the test's process, with its output. */
record Run(int exitCode, ByteArrayOutputStream kept, String errors) {

    static Run of(String target, String... arguments) {
        return with(
                Map.of("RANGESTREAM_TARGET", target, "RANGESTREAM_TOKEN", ""), false, arguments);
    }

    static Run with(Map<String, String> variables, boolean terminal, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return into(out, variables, terminal, arguments);
    }

    static Run into(
            OutputStream out, Map<String, String> variables, boolean terminal, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        int exitCode =
                Main.run(
                        new CommandContext(variables, new StandardOutput(out), errors, terminal),
                        args);
        return new Run(
                exitCode,
                out instanceof ByteArrayOutputStream kept ? kept : new ByteArrayOutputStream(),
                err.toString(StandardCharsets.UTF_8));
    }

    byte[] output() {
        return kept.toByteArray();
    }

    String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return text().lines().toList();
    }
}
