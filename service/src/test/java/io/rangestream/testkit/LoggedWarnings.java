package io.rangestream.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Collects the messages that one class logs, and keeps them from being printed, until closed. Safe
 * for many threads.
 */
public final class LoggedWarnings implements AutoCloseable {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord logged) {
                    messages.add(logged.getMessage());
                }

                @Override
                public void flush() {
                    // Unbuffered.
                }

                @Override
                public void close() {
                    // Holds no resource.
                }
            };

    private LoggedWarnings(Logger logger) {
        this.logger = logger;
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    public static LoggedWarnings of(Class<?> type) {
        return new LoggedWarnings(Logger.getLogger(type.getName()));
    }

    public List<String> messages() {
        return messages;
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }
}
