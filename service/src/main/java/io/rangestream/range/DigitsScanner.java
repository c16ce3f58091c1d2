package io.rangestream.range;

/**
 * Walks over a field value that is made of marks and decimal numbers. ASCII digits only, and exact
 * at any length: {@code Long.parseLong} accepts signs and the digits of other scripts.
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

    /** Whether a list's member ends here, or is empty. */
    boolean atListSeparator() {
        return atEnd() || text.charAt(position) == ',';
    }

    /** Whether {@code c} comes next; then it is passed over. */
    boolean skip(char c) {
        if (position < text.length() && text.charAt(position) == c) {
            position++;
            return true;
        }
        return false;
    }

    /**
     * Whether {@code word}, given in lower case, comes next in any case; then it is passed over.
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

    // Not regionMatches(true, …): to Unicode the long s is an "s" too.
    private static char toAsciiLowerCase(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }

    /** Passes over spaces and tabs (OWS of RFC 9110, section 5.6.3). */
    void skipWhitespace() {
        while (position < text.length()
                && (text.charAt(position) == ' ' || text.charAt(position) == '\t')) {
            position++;
        }
    }

    /**
     * The number made of the digits that come next: -1 where there is none, {@link Long#MAX_VALUE}
     * for all that is larger.
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

    /** The digits of the number read last, without leading zeros. */
    String digits() {
        return text.substring(digitsBegin, digitsEnd);
    }
}
