package io.rangestream.store.directory;

import io.rangestream.store.ObjectId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Which file a key names, and which key a file has. */
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
     * Whether what is at a path lies, links followed, in the root.
     *
     * @throws NoSuchFileException where nothing is there, or nothing can be
     */
    boolean staysInside(Path path) throws IOException {
        try {
            return path.toRealPath().startsWith(root);
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

    /** The key of something below the root; empty where it can have none. */
    Optional<String> key(Path path) {
        String key = root.relativize(path).toString();
        // Bytes that are no text do not survive the way there and back.
        return ObjectId.keyViolation(key).isEmpty() && path(key).equals(Optional.of(path))
                ? Optional.of(key)
                : Optional.empty();
    }
}
