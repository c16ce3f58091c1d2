package io.rangestream.testkit;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Silences libraries while they tell at length what is no news. */
final class QuietLogs {
    private QuietLogs() {}

    static boolean during(BooleanSupplier question, String... names) {
        // Held in a list: the log manager itself holds loggers weakly.
        List<Logger> loggers = Stream.of(names).map(Logger::getLogger).toList();
        loggers.forEach(logger -> logger.setLevel(Level.OFF));
        try {
            return question.getAsBoolean();
        } finally {
            loggers.forEach(logger -> logger.setLevel(null));
        }
    }
}
