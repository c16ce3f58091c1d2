package io.rangestream.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.store.PatternBytes;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A sparse file of 5 GiB and 12,345 bytes: zeros that take no disk space, and marks of pattern
 * bytes at the positions where clients make mistakes. These are the ends of the file, the limits of
 * 31 and 32 bits, and the seams of a download in eight parts.
 */
public final class SparseFile {
    public static final long LENGTH = 5L * 1024 * 1024 * 1024 + 12_345;

    /** Enough for aria2: its parts end up to 1 MiB after an eighth of the file. */
    private static final int MARK_BYTES = 4 * 1024 * 1024;

    private static final int PARTS = 8;

    /** The number of zeros that are checked before and after a mark. */
    private static final int MARGIN = 4096;

    private static final List<Long> MARKS =
            Stream.concat(
                            Stream.of(0L, about(1L << 31), about(1L << 32), LENGTH - MARK_BYTES),
                            LongStream.range(1, PARTS).mapToObj(i -> about(LENGTH * i / PARTS)))
                    .toList();

    private SparseFile() {}

    private static long about(long position) {
        return position - MARK_BYTES / 2;
    }

    public static Path make(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(LENGTH);
            for (long mark : MARKS) {
                file.seek(mark);
                file.write(PatternBytes.of(mark, MARK_BYTES));
            }
        }
        return path;
    }

    /** The expected bytes of the file from a position. */
    public static byte[] bytes(long firstPos, int length) {
        byte[] bytes = new byte[length];
        for (long mark : MARKS) {
            long from = Math.max(firstPos, mark);
            long to = Math.min(firstPos + length, mark + MARK_BYTES);
            if (from < to) {
                byte[] marked = PatternBytes.of(from, (int) (to - from));
                System.arraycopy(marked, 0, bytes, (int) (from - firstPos), marked.length);
            }
        }
        return bytes;
    }

    /** Checks a copy's length, and each mark with the zeros around it. */
    public static void assertIsCopied(Path copy) throws IOException {
        assertThat(Files.size(copy)).isEqualTo(LENGTH);
        for (long mark : MARKS) {
            long from = Math.max(0, mark - MARGIN);
            long to = Math.min(LENGTH, mark + MARK_BYTES + MARGIN);
            assertHolds(copy, from, (int) (to - from));
        }
    }

    /** Checks a copy's length, and all its bytes from a position. */
    public static void assertIsCopiedFrom(long firstPos, Path copy) throws IOException {
        assertThat(Files.size(copy)).isEqualTo(LENGTH);
        assertHolds(copy, firstPos, Math.toIntExact(LENGTH - firstPos));
    }

    private static void assertHolds(Path copy, long firstPos, int length) throws IOException {
        byte[] actual = new byte[length];
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "r")) {
            file.seek(firstPos);
            file.readFully(actual);
        }
        int difference = Arrays.mismatch(actual, bytes(firstPos, length));
        assertThat(difference).as("the first wrong byte from %s on", firstPos).isEqualTo(-1);
    }
}
