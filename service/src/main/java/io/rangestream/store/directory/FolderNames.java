package io.rangestream.store.directory;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names in a folder, or in one section of it, in key order. Created by {@link FolderScan}, kept
 * by {@link FolderSnapshots}. Immutable.
 *
 * <p>Each name is a candidate in two places: as a file at {@code name} and as a folder at {@code
 * name/}. Candidates are ordered by unsigned UTF-8 bytes, so {@code a.txt} is between the file
 * {@code a} and the folder {@code a/}. A listing looks up the type of a name when it reaches the
 * candidate.
 *
 * <p>A section holds all candidates from {@link #covers its start} to {@link #end}. It is compact,
 * one byte array and one int per candidate, because a folder may have millions of names.
 */
final class FolderNames {
    /**
     * The memory of a name besides its bytes: one byte for its length, and two ints of {@link
     * #order}.
     */
    static final int OVERHEAD_BYTES = 9;

    private static final byte[] NONE = {};

    private final byte[] start;
    private final byte[] end;
    private final boolean isTruncated;
    // Each name as its length and its bytes.
    private final byte[] text;
    // Each candidate as twice the offset of its name in the text, plus one for the folder.
    private final int[] order;

    private FolderNames(byte[] start, byte[] end, boolean isTruncated, byte[] text, int[] order) {
        this.start = start;
        this.end = end;
        this.isTruncated = isTruncated;
        this.text = text;
        this.order = order;
    }

    /**
     * Creates a section.
     *
     * @param start the inclusive start
     * @param end the exclusive end; null if the folder has no further names
     * @param text the names, each as its length and its bytes
     * @param sorted the offsets of the names in {@code text}, sorted by name
     */
    static FolderNames of(byte[] start, byte @Nullable [] end, byte[] text, int[] sorted) {
        FolderNames unordered =
                new FolderNames(
                        start,
                        end == null ? NONE : end,
                        end != null,
                        text,
                        new int[2 * sorted.length]);
        return unordered.withCandidates(sorted);
    }

    /**
     * Inserts each folder candidate at its place. Names with a pending folder candidate are
     * prefixes of each other, so a stack keeps them in the right order.
     */
    private FolderNames withCandidates(int[] sorted) {
        int[] pending = new int[16];
        int depth = 0;
        int count = 0;
        for (int offset : sorted) {
            byte[] name = nameAt(offset);
            while (depth > 0 && compare(2 * pending[depth - 1] + 1, name) < 0) {
                depth--;
                count = add(count, 2 * pending[depth] + 1);
            }
            count = add(count, 2 * offset);
            if (depth == pending.length) {
                pending = Arrays.copyOf(pending, 2 * depth);
            }
            pending[depth] = offset;
            depth++;
        }
        while (depth > 0) {
            depth--;
            count = add(count, 2 * pending[depth] + 1);
        }
        return new FolderNames(start, end, isTruncated, text, Arrays.copyOf(order, count));
    }

    // One of the two candidates of a name at the section's edge may be outside.
    private int add(int count, int candidate) {
        if (compare(candidate, start) < 0 || isTruncated && compare(candidate, end) >= 0) {
            return count;
        }
        order[count] = candidate;
        return count + 1;
    }

    /** The number of candidates. */
    int size() {
        return order.length;
    }

    /** Whether a walk that begins at {@code from} can use this section. */
    boolean covers(byte[] from) {
        return Arrays.compareUnsigned(from, start) >= 0
                && (!isTruncated || Arrays.compareUnsigned(from, end) < 0);
    }

    /** Whether the folder has candidates after this section. They begin at {@link #end}. */
    boolean isTruncated() {
        return isTruncated;
    }

    /** The start of the next section. */
    byte[] end() {
        return end;
    }

    /** The index of the first candidate at or after {@code from}. */
    int firstAt(byte[] from) {
        int low = 0;
        int high = order.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(order[middle], from) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The name of a candidate, without the slash of a folder. */
    String name(int index) {
        return new String(nameAt(order[index] >> 1), StandardCharsets.UTF_8);
    }

    /** Whether the candidate is the name as a folder. */
    boolean isFolder(int index) {
        return (order[index] & 1) == 1;
    }

    /** The approximate memory of this section, in bytes. */
    long bytes() {
        return text.length + 4L * order.length + start.length + end.length;
    }

    private byte[] nameAt(int offset) {
        return Arrays.copyOfRange(text, offset + 1, offset + 1 + length(text, offset));
    }

    private int compare(int candidate, byte[] key) {
        int offset = candidate >> 1;
        int nameStart = offset + 1;
        int nameEnd = nameStart + length(text, offset);
        int mismatch = Arrays.mismatch(text, nameStart, nameEnd, key, 0, key.length);
        int length = nameEnd - nameStart;
        if (mismatch >= 0 && mismatch < length && mismatch < key.length) {
            return Byte.compareUnsigned(text[nameStart + mismatch], key[mismatch]);
        }
        if (length > key.length) {
            return 1;
        }
        boolean isFolder = (candidate & 1) == 1;
        if (!isFolder) {
            return length - key.length;
        }
        if (length == key.length) {
            return 1;
        }
        int slash = Byte.compareUnsigned((byte) '/', key[length]);
        return slash != 0 ? slash : length + 1 - key.length;
    }

    static int length(byte[] text, int offset) {
        return text[offset] & 0xFF;
    }
}
