package io.rangestream.store.directory;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.Fetch;
import io.rangestream.store.ListingPage;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * One folder as one bucket, whatever name it is asked by. A key is a path below the folder in its
 * only form; links are followed as long as they stay inside. Keeps no versions.
 */
public final class DirectoryObjectStore implements ObjectStore {
    /** How often a file that is being replaced is opened before that counts as a change. */
    private static final int OPEN_ATTEMPTS = 3;

    /** For as long as a file is younger, another change may not show in its times. */
    private static final Duration UNSETTLED = Duration.ofSeconds(2);

    private final boolean keepsBlocks;
    private final Path root;
    private final KeyPaths paths;
    private final Clock clock;

    private DirectoryObjectStore(Path root, boolean keepsBlocks, Clock clock) {
        this.keepsBlocks = keepsBlocks;
        this.root = root;
        this.paths = new KeyPaths(root);
        this.clock = clock;
    }

    /**
     * Serves a folder, of which nothing is kept once it has been read.
     *
     * @param clock the same as the file system's, or close to it
     * @throws IllegalArgumentException where it is no folder, or may not be read
     */
    public static DirectoryObjectStore of(Path folder, Clock clock) {
        return of(folder, false, clock);
    }

    /**
     * Serves a folder.
     *
     * @param keepsBlocks whether blocks of it are worth memory: files are quick to read again
     * @param clock the same as the file system's, or close to it
     * @throws IllegalArgumentException where it is no folder, or may not be read
     */
    public static DirectoryObjectStore of(Path folder, boolean keepsBlocks, Clock clock) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("not a directory: " + folder);
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            throw new IllegalArgumentException("not a directory that can be read: " + folder);
        }
        try {
            return new DirectoryObjectStore(folder.toRealPath(), keepsBlocks, clock);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a directory that can be read: " + folder, e);
        }
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        Path path = path(id);
        try {
            for (int attempt = 1; attempt <= OPEN_ATTEMPTS; attempt++) {
                FileStamp stamp = stamp(id, path);
                if (ifMatch.isPresent() && !ifMatch.get().equals(stamp.entityTag())) {
                    throw new Changed(id, "is " + stamp.entityTag() + ", not " + ifMatch.get());
                }
                Optional<FileChannel> channel = openAs(stamp, id, path);
                if (channel.isPresent()) {
                    return new DirectoryFetch(
                            id,
                            path,
                            channel.get(),
                            stamp,
                            representation(id, stamp),
                            wanted.resolve(stamp.size()));
                }
            }
        } catch (IOException e) {
            throw DirectoryErrors.classify(id, root, e);
        }
        throw new Changed(id, "its file is replaced again and again");
    }

    /** Opens the file that was looked at; empty where its path shows another after that. */
    private Optional<FileChannel> openAs(FileStamp stamp, ObjectId id, Path path)
            throws IOException {
        // By its real path, and then by no link: one that is turned to another place in this moment
        // must not lead out of the root.
        Path realPath = path.toRealPath();
        if (!realPath.startsWith(root)) {
            throw new NotFound(Missing.OBJECT, id);
        }
        FileChannel channel =
                FileChannel.open(realPath, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        boolean same = false;
        try {
            same = stamp.equals(FileStamp.of(path));
        } finally {
            if (!same) {
                channel.close();
            }
        }
        return same ? Optional.of(channel) : Optional.empty();
    }

    @Override
    public Representation head(ObjectId id) {
        Path path = path(id);
        try {
            return representation(id, stamp(id, path));
        } catch (IOException e) {
            throw DirectoryErrors.classify(id, root, e);
        }
    }

    private Path path(ObjectId id) {
        Path path = paths.path(id.key()).orElseThrow(() -> new NotFound(Missing.OBJECT, id));
        if (id.versionId().isPresent()) {
            throw new NotFound(Missing.VERSION, id);
        }
        return path;
    }

    // Never opens what is no regular file: opening a FIFO blocks, and a device may do anything.
    private FileStamp stamp(ObjectId id, Path path) throws IOException {
        if (!paths.staysInside(path)) {
            throw new NotFound(Missing.OBJECT, id);
        }
        FileStamp stamp = FileStamp.of(path);
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
        return ListingPage.read(query, new DirectoryCursor(root));
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
        if (!Files.isDirectory(root)) {
            throw new Unavailable(root, "the folder is gone", null);
        }
    }

    @Override
    public void close() {
        // Files that are open belong to their fetches.
    }
}
