package io.rangestream.store.directory;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.Cancellation;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.Representation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Serves one folder as one bucket. A key is a path below the folder in canonical form. Links are
 * followed if they stay inside the folder. The folder itself may be a link; each operation resolves
 * it again. It keeps no versions. Safe for use by many threads.
 *
 * <p>File operations may block for a long time, for example on a dead mount. So listings and other
 * operations run on separate threads, and neither block the carriers of virtual threads: see {@link
 * FileWork}. Each bucket has threads of its own, so that a dead mount affects no other bucket.
 */
public final class DirectoryObjectStore implements ObjectStore {
    /** A further change of a file younger than this may not show in the file's times. */
    private static final Duration UNSETTLED = Duration.ofSeconds(2);

    /** A health probe must not wait as long as a reader does. */
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    /** No stat, open or read of a working disk takes this long. */
    private static final Duration STUCK_AFTER = Duration.ofSeconds(2);

    private static final Duration NEVER = Duration.ofDays(365);

    private final boolean keepsBlocks;
    private final FolderRoot root;
    private final FileWork files;
    private final FileWork lists;
    private final ObjectFiles objects;
    private final FolderListings listings;

    DirectoryObjectStore(
            Path folder,
            boolean keepsBlocks,
            DirectoryLimits limits,
            CarrierSlots carriers,
            Clock clock) {
        this.keepsBlocks = keepsBlocks;
        this.root = new FolderRoot(folder);
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
                        // Scanning a very large folder takes long, and listings hold no permits.
                        NEVER,
                        carriers);
        this.objects = new ObjectFiles(root, files, clock);
        this.listings =
                new FolderListings(root, new FolderSnapshots(limits.snapshotBytes(), clock), lists);
    }

    /**
     * Serves a folder with the default limits. Its blocks are not cached after they are read.
     *
     * @param clock the clock of the file system, or one close to it
     * @throws IllegalArgumentException if it is not a folder, or not readable
     */
    public static DirectoryObjectStore of(Path folder, Clock clock) {
        return of(folder, false, DirectoryLimits.DEFAULT, clock);
    }

    /**
     * Serves a folder. If the file system does not respond, the store is created nevertheless, and
     * its probe fails.
     *
     * @param keepsBlocks whether to cache blocks in memory, although files are quick to read again
     * @param clock the clock of the file system, or one close to it
     * @throws IllegalArgumentException if it is not a folder, or not readable
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

    /** Serves a folder with the default limits. */
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
                                            "not a readable directory: " + folder);
                                }
                                return root.resolve();
                            });
        } catch (IOException e) {
            throw new IllegalArgumentException("not a readable directory: " + folder, e);
        } catch (Unavailable e) {
            // No response in time. The server starts for the other buckets, and serves this one
            // once the file system responds.
        }
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        return objects.open(id, ifMatch, wanted);
    }

    @Override
    public Representation head(ObjectId id) {
        return objects.head(id);
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return list(query, new Cancellation());
    }

    @Override
    public ObjectListing list(ObjectListing.Query query, Cancellation cancellation) {
        return listings.page(query, cancellation);
    }

    /**
     * Listings have a queue of their own, so that a dead mount holds no permits of other buckets.
     */
    @Override
    public boolean boundsItsLists(String bucket) {
        return true;
    }

    /**
     * Blocks may be cached only if that is configured and the file was modified long enough ago:
     * another change within the same tick of the file system's clock could not be noticed.
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
            // The queue is full, but operations still end: the file system responds.
            return;
        } catch (IOException e) {
            throw DirectoryErrors.rootIsMissing(folder, folder, e);
        }
        if (!exists) {
            throw DirectoryErrors.rootIsMissing(folder, folder, null);
        }
    }

    /** Ends the threads. Open files belong to their fetches. */
    @Override
    public void close() {
        try {
            files.close();
        } finally {
            lists.close();
        }
    }
}
