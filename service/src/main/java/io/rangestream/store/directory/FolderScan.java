package io.rangestream.store.directory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One pass over a folder that collects the first names in key order, up to a limit in bytes. A
 * folder with more names is read in sections, with one pass for each. Used by {@link
 * FolderSnapshots}, by one thread.
 */
final class FolderScan {
    /** NAME_MAX of all common file systems. The length of a name fits into a byte. */
    static final int MAX_NAME_BYTES = 255;

    private final byte[] start;
    private final long maxBytes;
    private byte[] text = new byte[4096];
    private int textEnd;
    private int[] offsets = new int[256];
    private int count;
    // Names from here on belong to later sections.
    private byte @Nullable [] end;

    private FolderScan(byte[] start, long maxBytes) {
        this.start = start;
        this.maxBytes = maxBytes;
    }

    /**
     * Reads a section of a folder.
     *
     * @param start the start of the section
     * @param maxBytes the maximum memory of the section; the scan itself takes twice as much
     */
    static FolderNames read(Path folder, byte[] start, long maxBytes) throws IOException {
        FolderScan scan = new FolderScan(start, maxBytes);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                scan.add(child);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return scan.names();
    }

    private void add(Path child) {
        String name = child.getFileName().toString();
        if (!isName(child, name)) {
            return;
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (isBefore(bytes, start) || end != null && Arrays.compareUnsigned(bytes, end) >= 0) {
            return;
        }
        if (textEnd + bytes.length + 1L + (count + 1L) * (FolderNames.OVERHEAD_BYTES - 1)
                > maxBytes) {
            dropUpperHalf();
            if (end != null && Arrays.compareUnsigned(bytes, end) >= 0) {
                return;
            }
        }
        append(bytes);
    }

    /**
     * Whether a file's name can be part of a key. If its bytes are not text in the platform's
     * encoding, the file can't be opened by that text.
     */
    static boolean isName(Path child, String name) {
        boolean isAscii = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c)) {
                return false;
            }
            isAscii &= c < 0x80;
        }
        return isAscii
                ? name.length() <= MAX_NAME_BYTES
                : name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES
                        && child.resolveSibling(name).equals(child);
    }

    /** Whether a name is before the section both as a file and as a folder. */
    private static boolean isBefore(byte[] name, byte[] start) {
        if (Arrays.compareUnsigned(name, start) >= 0) {
            return false;
        }
        byte[] folder = Arrays.copyOf(name, name.length + 1);
        folder[name.length] = '/';
        return Arrays.compareUnsigned(folder, start) < 0;
    }

    private void append(byte[] name) {
        int needed = textEnd + 1 + name.length;
        if (needed > text.length) {
            text = Arrays.copyOf(text, Math.max(needed, text.length + (text.length >> 1)));
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count + (count >> 1));
        }
        offsets[count] = textEnd;
        count++;
        text[textEnd] = (byte) name.length;
        System.arraycopy(name, 0, text, textEnd + 1, name.length);
        textEnd = needed;
    }

    /**
     * Leaves about half of the names to later sections. Names up to the start are always kept: only
     * their folders are in this section. So each section begins after the one before.
     */
    private void dropUpperHalf() {
        sort();
        int kept = count / 2;
        while (kept < count && Arrays.compareUnsigned(name(offsets[kept]), start) <= 0) {
            kept++;
        }
        if (kept == count) {
            return;
        }
        end = name(offsets[kept]);
        byte[] before = text;
        int[] keptOffsets = Arrays.copyOf(offsets, kept);
        text = new byte[before.length];
        textEnd = 0;
        count = 0;
        for (int offset : keptOffsets) {
            int length = FolderNames.length(before, offset);
            append(Arrays.copyOfRange(before, offset + 1, offset + 1 + length));
        }
    }

    private FolderNames names() {
        sort();
        return FolderNames.of(
                start, end, Arrays.copyOf(text, textEnd), Arrays.copyOf(offsets, count));
    }

    private byte[] name(int offset) {
        return Arrays.copyOfRange(text, offset + 1, offset + 1 + FolderNames.length(text, offset));
    }

    /** A bottom-up merge sort, because the JDK can't sort ints by a comparator. */
    private void sort() {
        int[] from = offsets;
        int[] to = new int[offsets.length];
        for (int width = 1; width < count; width *= 2) {
            for (int left = 0; left < count; left += 2 * width) {
                merge(
                        from,
                        left,
                        Math.min(left + width, count),
                        Math.min(left + 2 * width, count),
                        to);
            }
            int[] sorted = to;
            to = from;
            from = sorted;
        }
        offsets = from;
    }

    private void merge(int[] from, int left, int middle, int right, int[] to) {
        int a = left;
        int b = middle;
        for (int i = left; i < right; i++) {
            if (b == right || a < middle && compare(from[a], from[b]) <= 0) {
                to[i] = from[a];
                a++;
            } else {
                to[i] = from[b];
                b++;
            }
        }
    }

    private int compare(int a, int b) {
        return Arrays.compareUnsigned(
                text,
                a + 1,
                a + 1 + FolderNames.length(text, a),
                text,
                b + 1,
                b + 1 + FolderNames.length(text, b));
    }
}
