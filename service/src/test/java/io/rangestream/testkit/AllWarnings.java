package io.rangestream.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Collects warnings and worse that any library logs in this process, from {@link #collect} until
 * {@link #close}. Safe for many threads.
 */
public final class AllWarnings extends Handler implements AutoCloseable {
    private final Logger root = Logger.getLogger("");
    private final List<String> texts = new CopyOnWriteArrayList<>();

    private AllWarnings() {
        setLevel(Level.WARNING);
    }

    /** Starts to collect. */
    public static AllWarnings collect() {
        AllWarnings warnings = new AllWarnings();
        warnings.root.addHandler(warnings);
        return warnings;
    }

    /** Each message with its logger and its exception. */
    public List<String> texts() {
        return texts;
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            texts.add(record.getLoggerName() + ": " + record.getMessage() + record.getThrown());
        }
    }

    @Override
    public void flush() {
        // Unbuffered.
    }

    @Override
    public void close() {
        root.removeHandler(this);
    }
}
