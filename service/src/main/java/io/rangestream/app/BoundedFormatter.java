package io.rangestream.app;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * Formats log records for standard error: one line each, and the beginning of the stack trace. Long
 * texts are cut and control characters are escaped, because libraries log data that a client or a
 * store has sent. Named in {@code logging.properties}; the log manager creates it. Stateless.
 */
public final class BoundedFormatter extends Formatter {
    private static final int MAX_MESSAGE_CHARS = 2048;

    // An exception and its causes, each with its first frames: the cause shows what to repair.
    private static final int MAX_CAUSES = 6;
    private static final int MAX_FRAMES = 12;
    private static final int MAX_EXCEPTION_CHARS = 512;
    private static final int MAX_FRAME_CHARS = 256;
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
            appendTrace(line, thrown);
        }
        return line.toString();
    }

    /** printStackTrace is not used: after a cut of a deep stack its causes would be missing. */
    private static void appendTrace(StringBuilder line, Throwable thrown) {
        Throwable cause = thrown;
        // Causes may form a cycle.
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            line.append(i == 0 ? "" : "Caused by: ");
            appendEscaped(line, cut(String.valueOf(cause), MAX_EXCEPTION_CHARS));
            line.append(System.lineSeparator());
            StackTraceElement[] frames = cause.getStackTrace();
            for (int frame = 0; frame < Math.min(frames.length, MAX_FRAMES); frame++) {
                line.append("    at ");
                appendEscaped(line, cut(frames[frame].toString(), MAX_FRAME_CHARS));
                line.append(System.lineSeparator());
            }
            if (frames.length > MAX_FRAMES) {
                int others = frames.length - MAX_FRAMES;
                line.append("    ... ")
                        .append(others)
                        .append(" more")
                        .append(System.lineSeparator());
            }
            cause = cause.getCause();
        }
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
