package io.rangestream.testkit.process;

import io.rangestream.testkit.ChildProcess;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program that reads requests from standard input and writes each response to standard output, a
 * line each. Ended when closed. For one thread.
 */
public final class TalkingProcess implements AutoCloseable {
    private final ChildProcess child;
    private final BufferedWriter input;
    private final BufferedReader output;
    private final Path errors;

    private TalkingProcess(ChildProcess child, Path errors) {
        this.child = child;
        this.input = child.process().outputWriter(StandardCharsets.UTF_8);
        this.output = child.process().inputReader(StandardCharsets.UTF_8);
        this.errors = errors;
    }

    /**
     * Starts a program.
     *
     * @param environment variables in addition to this process's
     * @param logName the name of the log file for its standard error
     */
    public static TalkingProcess start(
            List<String> command, Map<String, String> environment, String logName) {
        Path errors = ChildProcess.logFile(logName);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        try {
            return new TalkingProcess(ChildProcess.start(builder), errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends a line and waits for the response.
     *
     * @throws AssertionError if the program ends instead
     */
    public String ask(String line) {
        try {
            input.write(line + "\n");
            input.flush();
            String response = output.readLine();
            if (response == null) {
                throw new AssertionError(
                        "the program ended without a response: " + Files.readString(errors));
            }
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
