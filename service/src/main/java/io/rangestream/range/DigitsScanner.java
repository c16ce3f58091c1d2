package io.rangestream.range;

/**
 * Scans a field value of delimiters and decimal numbers from left to right. It accepts ASCII digits
 * only and any number of them, while {@code Long.parseLong} accepts signs and the digits of other
 * scripts.
 */
final class DigitsScanner {
    private final String text;
    private int position;
    private int digitsBegin;
    private int digitsEnd;

    DigitsScanner(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return position == text.length();
    }

    /** Whether the scanner is at the end of a list member. */
    boolean atListSeparator() {
        return atEnd() || text.charAt(position) == ',';
    }

    /** Skips {@code c} if it is next; returns whether it was. */
    boolean skip(char c) {
        if (position < text.length() && text.charAt(position) == c) {
            position++;
            return true;
        }
        return false;
    }

    /**
     * Skips {@code word}, given in lower case, if it is next in any case; returns whether it was.
     */
    boolean skipIgnoringCase(String word) {
        if (text.length() - position < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (toAsciiLowerCase(text.charAt(position + i)) != word.charAt(i)) {
                return false;
            }
        }
        position += word.length();
        return true;
    }

    // Not regionMatches(true, …), for which U+017F (long s) equals "s".
    private static char toAsciiLowerCase(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }

    /** Skips spaces and tabs (OWS in RFC 9110, section 5.6.3). */
    void skipWhitespace() {
        while (position < text.length()
                && (text.charAt(position) == ' ' || text.charAt(position) == '\t')) {
            position++;
        }
    }

    /**
     * Reads the number that is next: -1 if no digit is next, {@link Long#MAX_VALUE} if it is
     * larger.
     */
    long nextLong() {
        int begin = position;
        while (position < text.length()
                && text.charAt(position) >= '0'
                && text.charAt(position) <= '9') {
            position++;
        }
        if (position == begin) {
            return -1;
        }
        digitsBegin = begin;
        while (digitsBegin < position - 1 && text.charAt(digitsBegin) == '0') {
            digitsBegin++;
        }
        digitsEnd = position;
        long value = 0;
        for (int i = digitsBegin; i < digitsEnd; i++) {
            int digit = text.charAt(i) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return Long.MAX_VALUE;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** The digits of the number that was read last, without leading zeros. */
    String digits() {
        return text.substring(digitsBegin, digitsEnd);
    }
}
