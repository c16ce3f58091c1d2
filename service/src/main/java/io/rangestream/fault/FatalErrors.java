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
 * Ends the process, with one line on standard error and {@link #EXIT_STATUS}, on an error that it
 * can't be trusted to outlive, so that a supervisor starts it again.
 *
 * <p>Fatal are each {@link OutOfMemoryError}, whatever its text (heap, metaspace, direct memory,
 * threads, an array above the VM's limit): any thread may have been hit by it halfway through a
 * change, and it is not known which. So is the death of a thread of Helidon's that is never
 * replaced, and a listener that can't accept any more. All other errors fail the request or the
 * task that they occur in.
 *
 * <p>It is installed as the JVM's default handler of uncaught exceptions, by the program and not by
 * tests or by an embedding application: where it is not installed, {@link #check} and {@link #end}
 * have no effect. Code that catches an {@link Error} calls {@link #check}, because that error will
 * not reach the handler.
 */
public final class FatalErrors implements Thread.UncaughtExceptionHandler {
    /** The same status as that of {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int EXIT_STATUS = 3;

    // Helidon 4.5.0 starts each of these once: helidon-http-timer, helidon-idle-connection-timer
    // (which renames itself while it works), and the listener.
    private static final List<String> VITAL_THREADS =
            List.of("helidon-", "idle-timeout-handler-", "server-@default-listener");
    // A chain of causes may be a ring.
    private static final int MAX_CAUSES = 16;
    private static final int MAX_REASON_CHARACTERS = 300;
    // Standard error may be a pipe that is not read: the end does not wait for it.
    private static final long WRITE_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    // Made early: there may be no memory left to make it.
    private static final byte[] NO_MEMORY_FOR_WORDS =
            "rangestream: out of memory; exit status 3\n".getBytes(StandardCharsets.US_ASCII);

    private final IntConsumer halt;
    private final RareWarning uncaught =
            new RareWarning(System.getLogger(FatalErrors.class.getName()));
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread writer;
    private volatile byte @Nullable [] lastWords;
    private volatile boolean written;

    /**
     * A handler that has yet to be {@linkplain Thread#setDefaultUncaughtExceptionHandler set}.
     *
     * @param err gets the last line
     * @param halt ends the process with a status, at once and without shutdown hooks, any of which
     *     could hang
     */
    public FatalErrors(PrintStream err, IntConsumer halt) {
        this.halt = halt;
        // Started now: at the end a thread may not be had.
        this.writer =
                Thread.ofPlatform().name("last-words").daemon().start(() -> writeLastWords(err));
    }

    /** Installs the handler for this process. */
    public static void install(PrintStream err) {
        Thread.setDefaultUncaughtExceptionHandler(
                new FatalErrors(err, status -> Runtime.getRuntime().halt(status)));
    }

    /** Ends the process where {@code thrown}, or a cause of it, is fatal. */
    public static void check(Throwable thrown) {
        OutOfMemoryError fatal = fatal(thrown);
        if (fatal != null
                && Thread.getDefaultUncaughtExceptionHandler() instanceof FatalErrors installed) {
            installed.endFor(fatal);
        }
    }

    /** Ends the process for a reason that is not an error of this thread. */
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
            endWith(() -> "the thread " + thread.getName() + " died of " + thrown);
            return;
        }
        uncaught.log("uncaught in the thread " + thread.getName(), thrown);
    }

    private void endFor(OutOfMemoryError error) {
        endWith(
                () ->
                        "out of memory ("
                                + error.getMessage()
                                + "): give it more (-Xmx) or less to keep (cache.memory)");
    }

    private void endWith(Words reason) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        try {
            lastWords = line(reason);
            LockSupport.unpark(writer);
            long since = System.nanoTime();
            while (!written && System.nanoTime() - since < WRITE_PATIENCE_NANOS) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
            }
        } finally {
            halt.accept(EXIT_STATUS);
        }
    }

    private static byte[] line(Words reason) {
        try {
            String text = reason.text().replace('\n', ' ').replace('\r', ' ');
            String bounded = text.substring(0, Math.min(text.length(), MAX_REASON_CHARACTERS));
            return ("rangestream ends, exit status " + EXIT_STATUS + ": " + bounded + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (Throwable e) {
            return NO_MEMORY_FOR_WORDS;
        }
    }

    private void writeLastWords(PrintStream err) {
        byte[] words = lastWords;
        while (words == null) {
            LockSupport.park(this);
            words = lastWords;
        }
        try {
            err.write(words, 0, words.length);
            err.flush();
        } finally {
            written = true;
        }
    }

    /** A text that may fail to be made. */
    @FunctionalInterface
    private interface Words {
        String text();
    }
}
