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
 * A file of 5 GiB and a little: zeros that take no disk, and marks where clients go wrong. These
 * are its ends, where 32 bits end, and where a download in eight parts is put together.
 */
public final class SparseFile {
    public static final long LENGTH = 5L * 1024 * 1024 * 1024 + 12_345;

    /** Wide enough for aria2, whose parts end up to a mebibyte after an eighth. */
    private static final int MARK_BYTES = 4 * 1024 * 1024;

    private static final int PARTS = 8;

    /** What is looked at before and after a mark, and is zero. */
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

    /** What stands in it from a position on. */
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

    /** Looks at a copy's length, and at each mark with what is about it. */
    public static void assertIsCopied(Path copy) throws IOException {
        assertThat(Files.size(copy)).isEqualTo(LENGTH);
        for (long mark : MARKS) {
            long from = Math.max(0, mark - MARGIN);
            long to = Math.min(LENGTH, mark + MARK_BYTES + MARGIN);
            assertHolds(copy, from, (int) (to - from));
        }
    }

    /** Looks at a copy's length, and at its bytes from a position on. */
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
