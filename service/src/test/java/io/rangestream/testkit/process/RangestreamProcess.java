package io.rangestream.testkit.process;

import io.rangestream.testkit.ChildProcess;
import io.rangestream.testkit.TestTimeout;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program, run as a user runs it: {@code java -jar}. Ended when closed. */
public final class RangestreamProcess implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile(
                    "^rangestream ready on (http://\\S+) \\(\\d+ ms\\)$", Pattern.MULTILINE);
    private static final Pattern RESIDENT =
            Pattern.compile("^VmRSS:\\s+(\\d+) kB$", Pattern.MULTILINE);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ChildProcess child;
    private final Path out;
    private final Path err;

    private RangestreamProcess(ChildProcess child, Path out, Path err) {
        this.child = child;
        this.out = out;
        this.err = err;
    }

    /** Starts the program on a free port and waits until it prints its ready line. */
    public static RangestreamProcess start(String... arguments) {
        return start(List.of(), arguments);
    }

    /** The same in a JVM with these options. */
    public static RangestreamProcess start(List<String> jvmOptions, String... arguments) {
        return startOn(0, jvmOptions, arguments);
    }

    /** The same in a process that may have {@code limit} open files. */
    public static RangestreamProcess startWithOpenFiles(
            int limit, List<String> jvmOptions, String... arguments) {
        return startOn(
                0,
                List.of("sh", "-c", "ulimit -n " + limit + "; exec \"$@\"", "sh"),
                jvmOptions,
                arguments);
    }

    /** The same on a given port, such as that of an ended process. */
    public static RangestreamProcess startOn(
            int port, List<String> jvmOptions, String... arguments) {
        return startOn(port, List.of(), jvmOptions, arguments);
    }

    private static RangestreamProcess startOn(
            int port, List<String> wrapper, List<String> jvmOptions, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--port", Integer.toString(port)));
        all.addAll(List.of(arguments));
        RangestreamProcess process =
                run(wrapper, Path.of(System.getProperty("java.home")), jvmOptions, Map.of(), all);
        Awaitility.await("the ready line")
                .atMost(TestTimeout.LONG)
                .until(() -> READY.matcher(process.output()).find() || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "the program ended while it started: " + process.output());
        }
        return process;
    }

    /** Runs the program with exactly these arguments, in any Java, and does not wait for it. */
    public static RangestreamProcess run(
            Path javaHome,
            List<String> jvmOptions,
            Map<String, String> environment,
            List<String> arguments) {
        return run(List.of(), javaHome, jvmOptions, environment, arguments);
    }

    private static RangestreamProcess run(
            List<String> wrapper,
            Path javaHome,
            List<String> jvmOptions,
            Map<String, String> environment,
            List<String> arguments) {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(InheritedSignals.reset());
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", Path.of("target", "rangestream.jar").toString()));
        command.addAll(arguments);
        String logName = "rangestream-" + COUNT.incrementAndGet();
        Path out = ChildProcess.logFile(logName + "-out");
        Path err = ChildProcess.logFile(logName + "-err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(S3|AWS|RANGESTREAM)_.*"));
        builder.environment().putAll(environment);
        try {
            return new RangestreamProcess(ChildProcess.start(builder), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address in its ready line. */
    public URI uri() {
        Matcher ready = READY.matcher(output());
        if (!ready.find()) {
            throw new IllegalStateException("not ready: " + output());
        }
        return URI.create(ready.group(1));
    }

    /** The host and port in {@link #uri}. */
    public String authority() {
        return uri().getAuthority();
    }

    /** The standard output so far. */
    public String printed() {
        return read(out);
    }

    /** The standard error so far. */
    public String complained() {
        return read(err);
    }

    /** Standard output and standard error so far. */
    public String output() {
        return printed() + complained();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return child.process().isAlive();
    }

    /** The resident memory, as Linux counts it. */
    public long residentBytes() {
        Path status = Path.of("/proc", Long.toString(child.process().pid()), "status");
        Matcher resident = RESIDENT.matcher(read(status));
        if (!resident.find()) {
            throw new IllegalStateException("no VmRSS in " + status);
        }
        return Long.parseLong(resident.group(1)) * 1024;
    }

    /**
     * Sends a signal.
     *
     * @param name as {@code kill} takes it, such as {@code INT}
     */
    public void signal(String name) {
        InheritedSignals.requireReset();
        child.signal(name);
    }

    /** Waits until the process ends, and returns its exit status. */
    public int awaitExit(Duration atMost) {
        try {
            if (!child.process().waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "the program still runs after " + atMost + ": " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return child.process().exitValue();
    }

    @Override
    public void close() {
        child.close();
    }
}
