package io.rangestream.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/** What is not a request line: warnings, one line each, to standard error. */
final class Logging {
    private static final String DEFAULTS =
            """
            handlers=java.util.logging.ConsoleHandler
            java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n
            .level=WARNING
            io.rangestream.level=INFO
            """;

    private Logging() {}

    /** Sets the defaults, unless the user has named a configuration of java.util.logging. */
    static void configure() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        byte[] properties = DEFAULTS.getBytes(StandardCharsets.UTF_8);
        try {
            LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(properties));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
