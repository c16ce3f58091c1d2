package io.rangestream.store.directory;

import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Classifies failures of the file system, for {@link ObjectFiles} and {@link FolderListings}. */
final class DirectoryErrors {
    private DirectoryErrors() {}

    /**
     * Classifies the failure of a file operation. If the root itself is missing, for example
     * because a volume is not mounted, nothing is known about any object, so the store is
     * unavailable.
     *
     * @param id the object or bucket that the request is for
     * @param root the bucket's folder as configured
     */
    static ObjectStoreException classify(Object id, Path root, IOException e) {
        if (!Files.isDirectory(root)) {
            return rootIsMissing(id, root, e);
        }
        return switch (e) {
            case NoSuchFileException missing -> new NotFound(Missing.OBJECT, id);
            case AccessDeniedException denied -> new AccessDenied(id, denied);
            default -> new Unavailable(id, "reading its file failed", e);
        };
    }

    static Unavailable rootIsMissing(Object id, Path root, @Nullable IOException e) {
        return new Unavailable(id, "the folder " + root + " does not exist at the moment", e);
    }
}
