package io.rangestream.store;

import java.util.Comparator;
import java.util.Optional;

/**
 * The order of keys in every listing: by the unsigned bytes of their UTF-8, which is the order of
 * their code points. {@link String#compareTo} has another one: it puts surrogates, and so all that
 * lies beyond U+FFFF, before U+E000.
 */
public final class KeyOrder {
    /** Compares keys. */
    public static final Comparator<String> UTF_8_BYTES = KeyOrder::compare;

    private KeyOrder() {}

    /**
     * What comes right after all keys that begin with a prefix: the smallest text that is greater
     * than each; empty where nothing can be.
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
