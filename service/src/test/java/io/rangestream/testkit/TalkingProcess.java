package io.rangestream.testkit;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program that is told one line at a time, and answers each with one. Ended when closed. */
public final class TalkingProcess implements AutoCloseable {
    private final ChildProcess child;
    private final BufferedWriter toIt;
    private final BufferedReader fromIt;
    private final Path complaints;

    private TalkingProcess(ChildProcess child, Path complaints) {
        this.child = child;
        this.toIt = child.process().outputWriter(StandardCharsets.UTF_8);
        this.fromIt = child.process().inputReader(StandardCharsets.UTF_8);
        this.complaints = complaints;
    }

    /**
     * Starts a program.
     *
     * @param environment what it has besides ours
     * @param logName of the file that takes what it complains of
     */
    public static TalkingProcess start(
            List<String> command, Map<String, String> environment, String logName) {
        Path complaints = ChildProcess.logFile(logName);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        builder.environment().putAll(environment);
        try {
            return new TalkingProcess(ChildProcess.start(builder), complaints);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Says a line, and waits for the answer.
     *
     * @throws AssertionError where it ends instead of answering
     */
    public String ask(String line) {
        try {
            toIt.write(line + "\n");
            toIt.flush();
            String answer = fromIt.readLine();
            if (answer == null) {
                throw new AssertionError("no answer: " + Files.readString(complaints));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
