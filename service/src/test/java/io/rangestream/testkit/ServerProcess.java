package io.rangestream.testkit;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program as a process of its own, once it is ready. */
public final class ServerProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target", "rangestream.jar");
    private static final Pattern READY =
            Pattern.compile("rangestream ready on http://127\\.0\\.0\\.1:(\\d+) \\(\\d+ ms\\)");

    private final ChildProcess process;
    private final Path output;
    private final Path errors;
    private final int port;

    private ServerProcess(ChildProcess process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
        this.port = awaitReady();
    }

    /**
     * Starts the jar on a free port, by the java that runs this, and waits for it to be ready.
     *
     * @param name of the files with what it prints
     * @param options of the java command
     * @param arguments of the program
     */
    public static ServerProcess start(String name, List<String> options, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-jar", JAR.toString(), "--port", "0"));
        command.addAll(List.of(arguments));
        Path output = ChildProcess.logFile(name + "-out");
        Path errors = ChildProcess.logFile(name + "-err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        return new ServerProcess(ChildProcess.start(builder), output, errors);
    }

    private int awaitReady() {
        Awaitility.await("the ready line")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> READY.matcher(printed()).find() || !isAlive());
        Matcher ready = READY.matcher(printed());
        if (!ready.find()) {
            throw new AssertionError("not ready: " + printed() + complained());
        }
        return Integer.parseInt(ready.group(1));
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** What it has written to standard output. */
    public String printed() {
        return read(output);
    }

    /** What it has written to standard error. */
    public String complained() {
        return read(errors);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.process().isAlive();
    }

    /** As Ctrl-C does it. */
    public void interrupt() {
        process.signal("INT");
    }

    /**
     * Waits for its end.
     *
     * @return its exit status
     */
    public int awaitExit(java.time.Duration atMost) throws InterruptedException {
        if (!process.process().waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + atMost);
        }
        return process.process().exitValue();
    }

    @Override
    public void close() {
        process.close();
    }
}
