package io.rangestream.store.directory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Maps keys to paths below a root, which is a real path. Used by {@link ObjectFiles} and {@link
 * FolderEntries}. Safe for use by many threads.
 */
final class KeyPaths {
    /** NAME_MAX of all common file systems. */
    private static final int MAX_SEGMENT_BYTES = 255;

    private final Path root;

    KeyPaths(Path realRoot) {
        this.root = realRoot;
    }

    /**
     * The path for a key, even if no file exists there; empty if no file can have this key. The
     * path leaves the root only through a link.
     */
    Optional<Path> path(String key) {
        for (String segment : key.split("/", -1)) {
            // An empty segment is rejected: "a//b" would be the file of another key.
            if (segment.isEmpty()
                    || segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(root.resolve(key));
        } catch (InvalidPathException e) {
            // The platform's encoding of file names lacks these characters.
            return Optional.empty();
        }
    }

    /**
     * The real path of a path, with all links followed; empty if it is outside the root.
     *
     * @throws NoSuchFileException if no file exists there, or none can exist
     */
    Optional<Path> realPath(Path path) throws IOException {
        try {
            return Optional.of(path.toRealPath()).filter(real -> real.startsWith(root));
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            if (isUnreachable(path)) {
                throw new NoSuchFileException(path.toString(), null, e.getReason());
            }
            throw e;
        }
    }

    // The JDK has no exception types for "not a directory" and "too many links".
    private boolean isUnreachable(Path path) {
        Path step = root;
        for (Path segment : root.relativize(path)) {
            step = step.resolve(segment);
            boolean fileOnTheWay = !step.equals(path) && Files.isRegularFile(step);
            boolean deadLink = Files.isSymbolicLink(step) && !Files.exists(step);
            if (fileOnTheWay || deadLink) {
                return true;
            }
        }
        return false;
    }
}
