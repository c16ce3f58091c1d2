package io.rangestream.store.directory;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Optional;

/**
 * Finds and opens the files of objects below a bucket's folder. Part of {@link
 * DirectoryObjectStore}. Safe for use by many threads; the file operations run as {@link FileWork}
 * decides.
 */
final class ObjectFiles {
    /** The number of attempts to open a file that is being replaced. */
    private static final int OPEN_ATTEMPTS = 3;

    private final FolderRoot root;
    private final FileWork files;
    private final Clock clock;

    ObjectFiles(FolderRoot root, FileWork files, Clock clock) {
        this.root = root;
        this.files = files;
        this.clock = clock;
    }

    /** As {@link DirectoryObjectStore#open}. */
    Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        requireCurrentVersion(id);
        return run(
                id,
                new FileWork.Operation<DirectoryFetch>() {
                    @Override
                    public DirectoryFetch run() throws IOException {
                        return openNow(id, ifMatch, wanted);
                    }

                    @Override
                    public void discard(DirectoryFetch result) {
                        result.close();
                    }
                });
    }

    private DirectoryFetch openNow(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted)
            throws IOException {
        Path currentRoot = root.resolve();
        try {
            return openBelow(currentRoot, id, ifMatch, wanted);
        } catch (Changed | NotFound | NoSuchFileException e) {
            Optional<DirectoryFetch> earlier =
                    ifMatch.flatMap(tag -> openEarlier(currentRoot, id, tag, wanted));
            if (earlier.isPresent()) {
                return earlier.get();
            }
            throw e;
        }
    }

    /**
     * Opens the file in an earlier target of the root. After the root was switched to another
     * folder, a read that began before resumes in its original folder, while that folder still has
     * the same file.
     */
    private Optional<DirectoryFetch> openEarlier(
            Path currentRoot, ObjectId id, EntityTag tag, RangeSpec wanted) {
        for (Path earlier : root.earlierThan(currentRoot)) {
            try {
                return Optional.of(openBelow(earlier, id, Optional.of(tag), wanted));
            } catch (Changed | NotFound | IOException e) {
                // The read did not begin in this folder; it may have begun in an earlier one.
            }
        }
        return Optional.empty();
    }

    private DirectoryFetch openBelow(
            Path realRoot, ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted)
            throws IOException {
        for (int attempt = 1; attempt <= OPEN_ATTEMPTS; attempt++) {
            Path path = realPath(realRoot, id);
            FileStamp stamp = stamp(id, path);
            if (ifMatch.isPresent() && !ifMatch.get().equals(stamp.entityTag())) {
                throw new Changed(id, "is " + stamp.entityTag() + ", not " + ifMatch.get());
            }
            Optional<FileChannel> channel = openIfSame(stamp, path);
            if (channel.isPresent()) {
                return new DirectoryFetch(
                        id,
                        path,
                        channel.get(),
                        stamp,
                        files,
                        representation(id, stamp),
                        wanted.resolve(stamp.size()));
            }
        }
        throw new Changed(id, "its file was replaced during each attempt to open it");
    }

    /** Opens a file; empty if its path has another stamp after that. */
    private static Optional<FileChannel> openIfSame(FileStamp stamp, Path realPath)
            throws IOException {
        // The real path contains no link. A link that is created there now must not be followed,
        // because it may lead out of the root. A folder on the path that is replaced by a link at
        // this moment is still followed: a party that can do so can also put the file inside.
        FileChannel channel =
                FileChannel.open(realPath, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        boolean same = false;
        try {
            same = stamp.equals(FileStamp.of(realPath));
        } finally {
            if (!same) {
                channel.close();
            }
        }
        return same ? Optional.of(channel) : Optional.empty();
    }

    /** As {@link DirectoryObjectStore#head}. */
    Representation head(ObjectId id) {
        requireCurrentVersion(id);
        return run(id, () -> representation(id, stamp(id, realPath(root.resolve(), id))));
    }

    private <T> T run(ObjectId id, FileWork.Operation<T> operation) {
        try {
            return files.callShort(id, () -> false, new Classified<>(id, operation));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Classifies the failures of an operation. Runs on the operation's thread, because it inspects
     * the root, which may block too.
     */
    private final class Classified<T> implements FileWork.Operation<T> {
        private final ObjectId id;
        private final FileWork.Operation<T> operation;

        Classified(ObjectId id, FileWork.Operation<T> operation) {
            this.id = id;
            this.operation = operation;
        }

        @Override
        public T run() {
            try {
                return operation.run();
            } catch (IOException e) {
                throw DirectoryErrors.classify(id, root.configured(), e);
            }
        }

        @Override
        public void discard(T result) {
            operation.discard(result);
        }
    }

    private static void requireCurrentVersion(ObjectId id) {
        if (id.versionId().isPresent()) {
            throw new NotFound(Missing.VERSION, id);
        }
    }

    private static Path realPath(Path realRoot, ObjectId id) throws IOException {
        KeyPaths paths = new KeyPaths(realRoot);
        Optional<Path> path = paths.path(id.key());
        Optional<Path> realPath = path.isEmpty() ? path : paths.realPath(path.get());
        return realPath.orElseThrow(() -> new NotFound(Missing.OBJECT, id));
    }

    // Only regular files are opened: opening a FIFO blocks, and opening a device may do anything.
    private static FileStamp stamp(ObjectId id, Path realPath) throws IOException {
        FileStamp stamp = FileStamp.of(realPath);
        if (!stamp.isRegular()) {
            throw new NotFound(Missing.OBJECT, id);
        }
        return stamp;
    }

    private Representation representation(ObjectId id, FileStamp stamp) {
        return new Representation(
                stamp.size(),
                new Validators(
                        Optional.of(stamp.entityTag()),
                        Optional.of(stamp.lastModifiedSecond()),
                        clock.instant()),
                Optional.empty(),
                StoredFields.ofContentType(ContentTypes.of(id.key())),
                Optional.empty());
    }
}
