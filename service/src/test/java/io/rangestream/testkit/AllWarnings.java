package io.rangestream.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the process logs as a warning or worse, by any library, until this is closed. */
public final class AllWarnings extends Handler implements AutoCloseable {
    private final Logger root = Logger.getLogger("");
    private final List<String> texts = new CopyOnWriteArrayList<>();

    private AllWarnings() {
        setLevel(Level.WARNING);
    }

    /** Begins to collect. */
    public static AllWarnings collect() {
        AllWarnings warnings = new AllWarnings();
        warnings.root.addHandler(warnings);
        return warnings;
    }

    /** Each message and what was thrown. */
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
        // Nothing is held back.
    }

    @Override
    public void close() {
        root.removeHandler(this);
    }
}
