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

/** Which file a key names, below a root that is a real path. */
final class KeyPaths {
    /** NAME_MAX of every common file system. */
    private static final int MAX_SEGMENT_BYTES = 255;

    private final Path root;

    KeyPaths(Path realRoot) {
        this.root = realRoot;
    }

    /**
     * The path that a key names, whether something is there or not; empty where no file can have
     * this key. Never leaves the root but by a link.
     */
    Optional<Path> path(String key) {
        for (String segment : key.split("/", -1)) {
            // Empty segments: "a//b" would be the file of another key.
            if (segment.isEmpty()
                    || segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(root.resolve(key));
        } catch (InvalidPathException e) {
            // The platform's encoding of file names does not have these characters.
            return Optional.empty();
        }
    }

    /**
     * What a path leads to, all links followed; empty if that lies outside the root.
     *
     * @throws NoSuchFileException if nothing is there, or nothing can be
     */
    Optional<Path> realPath(Path path) throws IOException {
        try {
            return Optional.of(path.toRealPath()).filter(real -> real.startsWith(root));
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            if (leadsNowhere(path)) {
                throw new NoSuchFileException(path.toString(), null, e.getReason());
            }
            throw e;
        }
    }

    // "Not a directory" and "too many links" have no exceptions of their own.
    private boolean leadsNowhere(Path path) {
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
