package io.rangestream.condition;

import java.util.Optional;

/**
 * An entity tag (RFC 9110, section 8.8.3).
 *
 * @param opaque the characters between the quotes
 * @param weak whether the tag has the prefix {@code W/}
 */
public record EntityTag(String opaque, boolean weak) {
    public EntityTag {
        for (int i = 0; i < opaque.length(); i++) {
            if (!isOpaqueCharacter(opaque.charAt(i))) {
                throw new IllegalArgumentException("invalid character in an entity tag: " + opaque);
            }
        }
    }

    /** The strong tag with {@code opaque} between its quotes. */
    public static EntityTag strong(String opaque) {
        return new EntityTag(opaque, false);
    }

    /** Parses exactly one quoted tag; empty if the text is anything else. */
    public static Optional<EntityTag> parse(String text) {
        EntityTagScanner scanner = new EntityTagScanner(text);
        return scanner.next().filter(tag -> scanner.atEnd());
    }

    /** Strong comparison (section 8.8.3.2): equal, and both strong. */
    public boolean matchesStrongly(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /** Weak comparison (section 8.8.3.2): equal apart from weakness. */
    public boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /** The tag as in a field value, with quotes. */
    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    static boolean isOpaqueCharacter(char c) {
        return c == 0x21 || c >= 0x23 && c <= 0x7E || c >= 0x80 && c <= 0xFF;
    }
}
