package io.rangestream.requestlog;

/** Shortens text that a client or a store has chosen, before it is kept or logged. */
final class LogText {
    /** Marks text that was cut. */
    private static final String CUT = "...";

    /** A character that is not printable ASCII is written as a backslash, "u" and four digits. */
    private static final int ESCAPED_CHARS = 6;

    private static final int QUOTED_CHARS = 2;

    private LogText() {}

    /**
     * The text, or its beginning and a mark.
     *
     * @param maxEscaped how many characters it may take in a JSON string, the mark included
     */
    static String cut(String text, int maxEscaped) {
        if (text.length() <= maxEscaped / ESCAPED_CHARS) {
            return text;
        }
        int escaped = 0;
        int fits = 0;
        for (int i = 0; i < text.length(); i++) {
            escaped += escapedChars(text.charAt(i));
            if (escaped <= maxEscaped - CUT.length()) {
                fits = isWithinPair(text, i + 1) ? fits : i + 1;
            } else if (escaped > maxEscaped) {
                return text.substring(0, fits) + CUT;
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
