package io.rangestream.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * One line for each log record on standard error, and the beginning of a stack trace. Libraries log
 * what a client or a store has sent: it is cut, and control characters are escaped. Named in {@code
 * logging.properties}.
 */
public final class BoundedFormatter extends Formatter {
    private static final int MAX_MESSAGE_CHARS = 2048;

    // The first frames of an exception and of its cause.
    private static final int MAX_TRACE_CHARS = 4096;
    private static final String CUT = "...";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder();
        TIME.formatTo(record.getInstant(), line);
        line.append(' ').append(record.getLevel().getName()).append(' ');
        appendEscaped(line, cut(String.valueOf(formatMessage(record)), MAX_MESSAGE_CHARS));
        line.append(System.lineSeparator());
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            cut(trace.toString(), MAX_TRACE_CHARS)
                    .lines()
                    .forEach(
                            frame -> {
                                appendEscaped(line, frame.replace('\t', ' '));
                                line.append(System.lineSeparator());
                            });
        }
        return line.toString();
    }

    private static String cut(String text, int maxChars) {
        return text.length() <= maxChars ? text : text.substring(0, maxChars) + CUT;
    }

    private static void appendEscaped(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                line.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                line.append(c);
            }
        }
    }
}
