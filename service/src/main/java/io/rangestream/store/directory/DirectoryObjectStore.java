package io.rangestream.store.directory;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.Cancellation;
import io.rangestream.store.Fetch;
import io.rangestream.store.ListingPage;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One folder as one bucket, whatever its name. A key is a path below the folder in its canonical
 * form; links are followed if they stay inside. The folder itself may be a link: each operation
 * resolves it anew. Keeps no versions.
 *
 * <p>File operations may block for long, for example on a dead mount. Listings run on threads of
 * their own, all other operations on others, and none keeps the carriers of virtual threads: see
 * {@link FileWork}. Each bucket has its own threads, so that a dead mount stops no other bucket.
 */
public final class DirectoryObjectStore implements ObjectStore {
    /** How often a file that is being replaced is opened before that counts as a change. */
    private static final int OPEN_ATTEMPTS = 3;

    /** For as long as a file is younger, another change may not show in its times. */
    private static final Duration UNSETTLED = Duration.ofSeconds(2);

    /** A health probe must not wait as long as a reader does. */
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    /** No stat, open or read of a working disk takes so long. */
    private static final Duration STUCK_AFTER = Duration.ofSeconds(2);

    private static final Duration NEVER = Duration.ofDays(365);

    private final boolean keepsBlocks;
    private final FolderRoot root;
    private final Clock clock;
    private final FolderSnapshots snapshots;
    private final FileWork files;
    private final FileWork lists;

    DirectoryObjectStore(
            Path folder,
            boolean keepsBlocks,
            DirectoryLimits limits,
            CarrierSlots carriers,
            Clock clock) {
        this.keepsBlocks = keepsBlocks;
        this.root = new FolderRoot(folder);
        this.clock = clock;
        this.snapshots = new FolderSnapshots(limits.snapshotBytes(), clock);
        this.files =
                new FileWork(
                        "files",
                        limits.fileThreads(),
                        limits.fileQueue(),
                        limits.longestWait(),
                        STUCK_AFTER,
                        carriers);
        this.lists =
                new FileWork(
                        "lists",
                        limits.listThreads(),
                        limits.listQueue(),
                        limits.longestWait(),
                        // A scan of a very large folder takes long. Lists hold no turns.
                        NEVER,
                        carriers);
    }

    /**
     * Serves a folder of which no block is kept once it has been read, with the default limits.
     *
     * @param clock the same as the file system's, or close to it
     * @throws IllegalArgumentException if it is not a folder, or may not be read
     */
    public static DirectoryObjectStore of(Path folder, Clock clock) {
        return of(folder, false, DirectoryLimits.DEFAULT, clock);
    }

    /**
     * Serves a folder. If the file system does not respond, the store is made all the same: its
     * probe tells that.
     *
     * @param keepsBlocks whether blocks of it are worth memory: files are quick to read again
     * @param clock the same as the file system's, or close to it
     * @throws IllegalArgumentException if it is not a folder, or may not be read
     */
    public static DirectoryObjectStore of(
            Path folder, boolean keepsBlocks, DirectoryLimits limits, Clock clock) {
        DirectoryObjectStore store =
                new DirectoryObjectStore(
                        folder, keepsBlocks, limits, CarrierSlots.OF_THE_JVM, clock);
        try {
            store.requireFolder();
            return store;
        } catch (IllegalArgumentException e) {
            store.close();
            throw e;
        }
    }

    /** Serves a folder, with the default limits. */
    public static DirectoryObjectStore of(Path folder, boolean keepsBlocks, Clock clock) {
        return of(folder, keepsBlocks, DirectoryLimits.DEFAULT, clock);
    }

    private void requireFolder() {
        Path folder = root.configured();
        try {
            var _ =
                    files.call(
                            folder,
                            () -> false,
                            PROBE_LIMIT,
                            () -> {
                                if (!Files.isDirectory(folder)) {
                                    throw new IllegalArgumentException(
                                            "not a directory: " + folder);
                                }
                                if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
                                    throw new IllegalArgumentException(
                                            "not a directory that can be read: " + folder);
                                }
                                return root.resolve();
                            });
        } catch (IOException e) {
            throw new IllegalArgumentException("not a directory that can be read: " + folder, e);
        } catch (Unavailable e) {
            // No answer in time. Other buckets are to be served, and this one once it responds.
        }
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
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
        Path now = root.resolve();
        try {
            return openBelow(now, id, ifMatch, wanted);
        } catch (Changed | NotFound | NoSuchFileException e) {
            Optional<DirectoryFetch> earlier =
                    ifMatch.flatMap(tag -> openEarlier(now, id, tag, wanted));
            if (earlier.isPresent()) {
                return earlier.get();
            }
            throw e;
        }
    }

    /**
     * A read that began before the root was changed to another folder goes on in the folder where
     * it began, as long as that has the same file.
     */
    private Optional<DirectoryFetch> openEarlier(
            Path now, ObjectId id, EntityTag tag, RangeSpec wanted) {
        for (Path earlier : root.earlierThan(now)) {
            try {
                return Optional.of(openBelow(earlier, id, Optional.of(tag), wanted));
            } catch (Changed | NotFound | IOException e) {
                // Another file, or none. Perhaps the read began in a folder before that.
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
            Optional<FileChannel> channel = openAs(stamp, path);
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
        throw new Changed(id, "its file is replaced again and again");
    }

    /** Opens the file that was looked at; empty if its path shows another after that. */
    private static Optional<FileChannel> openAs(FileStamp stamp, Path realPath) throws IOException {
        // The real path has no link: one that is put there in this moment must not lead out of the
        // root.
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

    @Override
    public Representation head(ObjectId id) {
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

    /** Classifies where the operation runs, because a look at the root may block too. */
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

    // Never opens what is no regular file: opening a FIFO blocks, and a device may do anything.
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

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return list(query, new Cancellation());
    }

    @Override
    public ObjectListing list(ObjectListing.Query query, Cancellation cancellation) {
        long arrived = System.nanoTime();
        AtomicBoolean callerLeft = new AtomicBoolean();
        Thread caller = Thread.currentThread();
        cancellation.onCancel(() -> LockSupport.unpark(caller));
        try {
            return lists.call(
                    query.bucket(),
                    cancellation::isCancelled,
                    () -> listNow(query, arrived, callerLeft::get));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            callerLeft.set(true);
        }
    }

    private ObjectListing listNow(
            ObjectListing.Query query, long arrivedNanos, BooleanSupplier unwanted) {
        try {
            return ListingPage.read(
                    query,
                    new DirectoryCursor(root.resolve(), query, snapshots, arrivedNanos, unwanted));
        } catch (IOException e) {
            throw listingFailed(query, e);
        } catch (UncheckedIOException e) {
            throw listingFailed(query, Objects.requireNonNull(e.getCause()));
        }
    }

    private ObjectStoreException listingFailed(ObjectListing.Query query, IOException e) {
        ObjectStoreException failure =
                DirectoryErrors.classify(query.bucket(), root.configured(), e);
        // The folder is there. If it went and came back meanwhile, this one page has failed.
        return failure instanceof NotFound
                ? new Unavailable(query.bucket(), "reading the folder failed", e)
                : failure;
    }

    /** Its own queue bounds them. A dead mount must not keep the turns of other buckets. */
    @Override
    public boolean boundsItsLists(String bucket) {
        return true;
    }

    /**
     * A file's blocks are kept where so configured, and then too only if it was changed long enough
     * ago: within one tick of the file system's clock a second change could not be seen.
     */
    @Override
    public Caching caching(ObjectId id, Representation representation) {
        boolean settled =
                representation
                        .validators()
                        .lastModified()
                        .filter(
                                date ->
                                        !date.plus(UNSETTLED)
                                                .isAfter(representation.validators().observedAt()))
                        .isPresent();
        return keepsBlocks && settled ? Caching.BLOCKS_ONLY : Caching.PASSING;
    }

    @Override
    public void probe() {
        Path folder = root.configured();
        boolean exists;
        try {
            exists =
                    files.call(
                            folder,
                            () -> false,
                            PROBE_LIMIT,
                            () -> Files.isDirectory(folder) && Files.isReadable(folder));
        } catch (OverloadedException e) {
            // Operations are waiting, but not for too long: the file system responds.
            return;
        } catch (IOException e) {
            throw DirectoryErrors.rootIsMissing(folder, folder, e);
        }
        if (!exists) {
            throw DirectoryErrors.rootIsMissing(folder, folder, null);
        }
    }

    @Override
    public void close() {
        // Files that are open belong to their fetches.
        try {
            files.close();
        } finally {
            lists.close();
        }
    }
}
