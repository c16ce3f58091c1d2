package io.rangestream.engine.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Measures the disk space of a folder, independently of the tier. */
final class FolderSpace {
    private FolderSpace() {}

    /** The pages of all files, and one more for each file. */
    static long of(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(FolderSpace::ofFile).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long ofFile(Path file) {
        try {
            return (Files.size(file) + 4095) / 4096 * 4096 + 4096;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
