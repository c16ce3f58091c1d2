package io.rangestream.fault;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Ends the process with one line on standard error and {@link #EXIT_STATUS} after a fatal error, so
 * that a supervisor restarts it.
 *
 * <p>Fatal are: every {@link OutOfMemoryError} (heap, metaspace, direct memory, threads, an array
 * above the VM's limit), because it may have interrupted any thread in the middle of a change; the
 * death of a thread of Helidon that is never replaced; and a listener that cannot accept
 * connections any more. Every other error fails only the request or the task in which it occurs.
 *
 * <p>The program installs it as the JVM's default handler of uncaught exceptions; tests and
 * embedding applications do not, and then {@link #check} and {@link #end} have no effect. Code that
 * catches an {@link Error} calls {@link #check}, because the handler does not receive that error.
 * Safe for many threads.
 */
public final class FatalErrors implements Thread.UncaughtExceptionHandler {
    /** Equals the status of {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int EXIT_STATUS = 3;

    // Name prefixes of the threads that Helidon 4.5.0 starts only once: helidon-http-timer,
    // helidon-idle-connection-timer (which renames itself while it works), and the listener.
    private static final List<String> VITAL_THREADS =
            List.of("helidon-", "idle-timeout-handler-", "server-@default-listener");
    // A chain of causes may be circular.
    private static final int MAX_CAUSES = 16;
    private static final int MAX_REASON_CHARACTERS = 300;
    // Standard error may be a pipe that no process reads, so the wait for it is bounded.
    private static final long WRITE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);
    // Allocated early, because at the end there may be no memory for it.
    private static final byte[] OUT_OF_MEMORY_LINE =
            "rangestream exits with status 3: out of memory\n".getBytes(StandardCharsets.US_ASCII);

    private final IntConsumer halt;
    private final RareWarning uncaught =
            new RareWarning(System.getLogger(FatalErrors.class.getName()));
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread writer;
    private volatile byte @Nullable [] lastLine;
    private volatile boolean written;

    /**
     * A handler that is not {@linkplain Thread#setDefaultUncaughtExceptionHandler installed} yet.
     *
     * @param err receives the last line
     * @param halt ends the process with a status, at once and without shutdown hooks, which could
     *     hang
     */
    public FatalErrors(PrintStream err, IntConsumer halt) {
        this.halt = halt;
        // Started early, because at the end it may be impossible to start a thread.
        this.writer =
                Thread.ofPlatform()
                        .name("fatal-error-writer")
                        .daemon()
                        .start(() -> writeLastLine(err));
    }

    /** Installs the handler for this process. */
    public static void install(PrintStream err) {
        Thread.setDefaultUncaughtExceptionHandler(
                new FatalErrors(err, status -> Runtime.getRuntime().halt(status)));
    }

    /** Ends the process if {@code thrown} or one of its causes is fatal. */
    public static void check(Throwable thrown) {
        OutOfMemoryError fatal = fatal(thrown);
        if (fatal != null
                && Thread.getDefaultUncaughtExceptionHandler() instanceof FatalErrors installed) {
            installed.endFor(fatal);
        }
    }

    /**
     * Ends the process for a reason other than an error of this thread.
     *
     * @param reason a short text for the last line
     */
    public static void end(String reason) {
        if (Thread.getDefaultUncaughtExceptionHandler() instanceof FatalErrors installed) {
            installed.endWith(() -> reason);
        }
    }

    private static @Nullable OutOfMemoryError fatal(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof OutOfMemoryError found) {
                return found;
            }
            cause = cause.getCause();
        }
        return null;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        OutOfMemoryError fatal = fatal(thrown);
        if (fatal != null) {
            endFor(fatal);
            return;
        }
        if (VITAL_THREADS.stream().anyMatch(thread.getName()::startsWith)) {
            endWith(() -> "thread " + thread.getName() + " died of " + thrown);
            return;
        }
        uncaught.log("uncaught in thread " + thread.getName(), thrown);
    }

    private void endFor(OutOfMemoryError error) {
        endWith(
                () ->
                        "out of memory ("
                                + error.getMessage()
                                + "); increase -Xmx or decrease cache.memory");
    }

    private void endWith(Reason reason) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = false;
        try {
            lastLine = line(reason);
            LockSupport.unpark(writer);
            // While the flag is set, park does not wait.
            interrupted = Thread.interrupted();
            long since = System.nanoTime();
            while (!written && System.nanoTime() - since < WRITE_TIMEOUT_NANOS) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            halt.accept(EXIT_STATUS);
        }
    }

    private static byte[] line(Reason reason) {
        try {
            String text = reason.text().replace('\n', ' ').replace('\r', ' ');
            String bounded = text.substring(0, Math.min(text.length(), MAX_REASON_CHARACTERS));
            return ("rangestream exits with status " + EXIT_STATUS + ": " + bounded + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (Throwable e) {
            return OUT_OF_MEMORY_LINE;
        }
    }

    private void writeLastLine(PrintStream err) {
        byte[] line = lastLine;
        while (line == null) {
            LockSupport.park(this);
            line = lastLine;
        }
        try {
            err.write(line, 0, line.length);
            err.flush();
        } finally {
            written = true;
        }
    }

    /** A text that is created on demand, which may fail for lack of memory. */
    @FunctionalInterface
    private interface Reason {
        String text();
    }
}
