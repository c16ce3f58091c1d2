package io.rangestream.store.directory;

import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Says what a failure of the file system means for whoever asked for an object. */
final class DirectoryErrors {
    private DirectoryErrors() {}

    static ObjectStoreException classify(Object id, Path root, IOException e) {
        if (!Files.isDirectory(root)) {
            return new Unavailable(id, "the folder " + root + " is gone", e);
        }
        return switch (e) {
            case NoSuchFileException missing -> new NotFound(Missing.OBJECT, id);
            case AccessDeniedException denied -> new AccessDenied(id, denied);
            default -> new Unavailable(id, "reading its file failed", e);
        };
    }
}
