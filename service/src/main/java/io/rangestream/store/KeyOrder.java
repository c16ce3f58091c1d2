package io.rangestream.store;

import java.util.Comparator;
import java.util.Optional;

/**
 * The order of keys in every listing: by unsigned UTF-8 bytes, which is the order of code points.
 * The order of {@link String#compareTo} is different: it puts surrogates, and so every character
 * beyond U+FFFF, before U+E000.
 */
public final class KeyOrder {
    /** Compares keys by their unsigned UTF-8 bytes. */
    public static final Comparator<String> UTF_8_BYTES = KeyOrder::compare;

    private KeyOrder() {}

    /**
     * The smallest text that is greater than every key with the given prefix. Empty if no text is
     * greater.
     */
    public static Optional<String> after(String prefix) {
        int end = prefix.length();
        while (end > 0) {
            int last = prefix.codePointBefore(end);
            end -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1 == Character.MIN_SURROGATE ? 0xE000 : last + 1;
                return Optional.of(prefix.substring(0, end) + Character.toString(next));
            }
        }
        return Optional.empty();
    }

    private static int compare(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean beyond = Character.isSurrogate(x);
                return beyond == Character.isSurrogate(y)
                        ? Character.compare(x, y)
                        : Boolean.compare(beyond, !beyond);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
