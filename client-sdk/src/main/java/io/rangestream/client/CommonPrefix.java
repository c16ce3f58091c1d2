package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** A prefix that several keys of a list share, up to and including the delimiter. Immutable. */
public final class CommonPrefix implements ListEntry {
    private final String prefix;

    private CommonPrefix(String prefix) {
        this.prefix = Objects.requireNonNull(prefix);
    }

    /**
     * Creates a common prefix, as a test may need one.
     *
     * @param prefix the prefix with the delimiter at its end
     * @return the entry
     */
    public static CommonPrefix of(String prefix) {
        return new CommonPrefix(prefix);
    }

    /**
     * The prefix.
     *
     * @return the prefix with the delimiter at its end
     */
    public String prefix() {
        return prefix;
    }

    @Override
    public String name() {
        return prefix;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CommonPrefix that && prefix.equals(that.prefix);
    }

    @Override
    public int hashCode() {
        return prefix.hashCode();
    }

    @Override
    public String toString() {
        return "CommonPrefix[" + prefix + ']';
    }
}
