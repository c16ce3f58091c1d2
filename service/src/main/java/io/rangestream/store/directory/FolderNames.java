package io.rangestream.store.directory;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names in a folder, or those of one section of it, in the order of their keys. Immutable.
 *
 * <p>Each name is a candidate at two places: as a file at {@code name} and as a folder at {@code
 * name/}. Candidates are ordered by unsigned UTF-8 bytes, so {@code a.txt} stands between the file
 * {@code a} and the folder {@code a/}. What a name really is, is looked up when a listing reaches
 * it.
 *
 * <p>A section holds all candidates from {@link #covers its start} to {@link #end}. It is compact:
 * one byte array and one int for each candidate, because a folder may have millions of names.
 */
final class FolderNames {
    /** Memory for one name besides its bytes: its length, and two ints of {@link #order}. */
    static final int OVERHEAD_BYTES = 9;

    private static final byte[] NONE = {};

    private final byte[] start;
    private final byte[] end;
    private final boolean isTruncated;
    // Length, then bytes, of each name.
    private final byte[] text;
    // Candidates: twice the offset of the name in text, plus one for the folder.
    private final int[] order;

    private FolderNames(byte[] start, byte[] end, boolean isTruncated, byte[] text, int[] order) {
        this.start = start;
        this.end = end;
        this.isTruncated = isTruncated;
        this.text = text;
        this.order = order;
    }

    /**
     * Makes a section.
     *
     * @param start where it starts
     * @param end where it ends, exclusive; null if the folder has no more names
     * @param text the names, as length and bytes each
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
     * Puts each folder candidate to its place. The names whose folder is still to come are prefixes
     * of each other, so a stack holds them in the right order.
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

    // Of a name at the section's edge, one of its two candidates may lie outside.
    private int add(int count, int candidate) {
        if (compare(candidate, start) < 0 || isTruncated && compare(candidate, end) >= 0) {
            return count;
        }
        order[count] = candidate;
        return count + 1;
    }

    /** How many candidates there are. */
    int size() {
        return order.length;
    }

    /** Whether a walk may begin at that text with this section. */
    boolean covers(byte[] from) {
        return Arrays.compareUnsigned(from, start) >= 0
                && (!isTruncated || Arrays.compareUnsigned(from, end) < 0);
    }

    /** Whether the folder has candidates after this section, which begin at {@link #end}. */
    boolean isTruncated() {
        return isTruncated;
    }

    /** The start of the next section. */
    byte[] end() {
        return end;
    }

    /** The index of the first candidate that is not before {@code from}. */
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

    /** Whether a candidate is its name as a folder. */
    boolean isFolder(int index) {
        return (order[index] & 1) == 1;
    }

    /** About how much memory this takes. */
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
