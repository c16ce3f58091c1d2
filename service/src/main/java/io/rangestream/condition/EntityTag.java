package io.rangestream.condition;

import java.util.Optional;

/**
 * An entity tag (RFC 9110, section 8.8.3).
 *
 * @param opaque what stands between the quotes
 * @param weak whether {@code W/} stands before them
 */
public record EntityTag(String opaque, boolean weak) {
    public EntityTag {
        for (int i = 0; i < opaque.length(); i++) {
            if (!isOpaqueCharacter(opaque.charAt(i))) {
                throw new IllegalArgumentException("not an entity tag: " + opaque);
            }
        }
    }

    /** The strong tag with {@code opaque} between its quotes. */
    public static EntityTag strong(String opaque) {
        return new EntityTag(opaque, false);
    }

    /** Reads exactly one tag with its quotes; empty where the text is anything else. */
    public static Optional<EntityTag> parse(String text) {
        EntityTagScanner scanner = new EntityTagScanner(text);
        return scanner.next().filter(tag -> scanner.atEnd());
    }

    /** Strong comparison (section 8.8.3.2): the same, and neither is weak. */
    public boolean matchesStrongly(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /** Weak comparison (section 8.8.3.2): the same, weak or not. */
    public boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /** The tag as a field value has it, with quotes. */
    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    static boolean isOpaqueCharacter(char c) {
        return c == 0x21 || c >= 0x23 && c <= 0x7E || c >= 0x80 && c <= 0xFF;
    }
}
