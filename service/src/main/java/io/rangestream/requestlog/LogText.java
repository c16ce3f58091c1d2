package io.rangestream.requestlog;

/** Truncates text from a client or a store before it is queued and logged. */
final class LogText {
    /** Marks truncated text. */
    private static final String ELLIPSIS = "...";

    /** A character other than printable ASCII is escaped as a backslash, "u" and four digits. */
    private static final int ESCAPED_CHARS = 6;

    private static final int QUOTED_CHARS = 2;

    private LogText() {}

    /**
     * The text, or its beginning and an ellipsis.
     *
     * @param maxEscaped upper bound of the characters that it takes in a JSON string, including
     *     escapes and the ellipsis
     */
    static String truncate(String text, int maxEscaped) {
        if (text.length() <= maxEscaped / ESCAPED_CHARS) {
            return text;
        }
        int escaped = 0;
        int fits = 0;
        for (int i = 0; i < text.length(); i++) {
            escaped += escapedChars(text.charAt(i));
            if (escaped <= maxEscaped - ELLIPSIS.length()) {
                fits = isWithinPair(text, i + 1) ? fits : i + 1;
            } else if (escaped > maxEscaped) {
                return text.substring(0, fits) + ELLIPSIS;
            }
        }
        return text;
    }

    private static boolean isWithinPair(String text, int index) {
        return index < text.length()
                && Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
    }

    private static int escapedChars(char c) {
        if (c < 0x20 || c >= 0x7F) {
            return ESCAPED_CHARS;
        }
        return c == '"' || c == '\\' ? QUOTED_CHARS : 1;
    }
}
