package io.rangestream.store.directory;

import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing.Entry;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds out whether a path below the root is an object or a folder, for a listing. Links are
 * followed if they stay inside the root. Used by {@link DirectoryCursor}, on its thread.
 */
final class FolderEntries {
    private final KeyPaths paths;

    /**
     * Creates the lookup.
     *
     * @param realRoot the real path of the bucket's folder
     */
    FolderEntries(Path realRoot) {
        this.paths = new KeyPaths(realRoot);
    }

    /** The object at a path; empty if it is not a regular file, or the key is invalid. */
    Optional<Entry> object(Path path, String key) {
        if (ObjectId.keyViolation(key).isPresent()) {
            return Optional.empty();
        }
        try {
            FileStamp stamp = FileStamp.of(path, LinkOption.NOFOLLOW_LINKS);
            if (stamp.isLink()) {
                Optional<Path> target = paths.realPath(path);
                if (target.isEmpty()) {
                    return Optional.empty();
                }
                stamp = FileStamp.of(target.get());
            }
            return stamp.isRegular()
                    ? Optional.of(
                            new Entry(
                                    key,
                                    stamp.size(),
                                    Optional.of(stamp.entityTag()),
                                    Optional.of(stamp.lastModifiedSecond())))
                    : Optional.empty();
        } catch (IOException e) {
            // The file was deleted after the folder was scanned, or it is a dead link.
            return Optional.empty();
        }
    }

    /**
     * The real path of the folder at a path; empty if it is not a folder, or the prefix is invalid.
     */
    Optional<Path> folder(Path path, String prefix) {
        if (ObjectId.keyViolation(prefix).isPresent()) {
            return Optional.empty();
        }
        try {
            FileStamp stamp = FileStamp.of(path, LinkOption.NOFOLLOW_LINKS);
            Optional<Path> realPath = Optional.of(path);
            if (stamp.isLink()) {
                realPath = paths.realPath(path);
                stamp = realPath.isPresent() ? FileStamp.of(realPath.get()) : stamp;
            }
            return stamp.isFolder() ? realPath : Optional.empty();
        } catch (IOException e) {
            // The folder was deleted after the one above was scanned, or it is a dead link.
            return Optional.empty();
        }
    }
}
