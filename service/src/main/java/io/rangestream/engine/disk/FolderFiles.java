package io.rangestream.engine.disk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder of a file system. Its files may contain confidential data, so only this user can read
 * them (mode 0600). Used by the writer thread.
 */
final class FolderFiles implements DiskFiles {
    static final String LOCK_NAME = "lock";

    /**
     * The folders that this process has locked. POSIX releases a process's lock when the process
     * closes any descriptor of the file, so the lock file must not be opened twice.
     */
    private static final Set<Path> CLAIMED_HERE = ConcurrentHashMap.newKeySet();

    private static final String IN_USE = "the folder is already in use by another disk cache";

    private final Path configured;
    private Path folder;
    private boolean claimed;
    private @Nullable FileChannel lock;
    private @Nullable Object lockKey;

    FolderFiles(Path folder) {
        this.configured = folder;
        this.folder = folder;
    }

    @Override
    public void claim() throws IOException {
        if (!Files.isDirectory(configured)) {
            Files.createDirectories(configured, ownerOnly("rwx------"));
        }
        // Symbolic links on the way to the folder are followed, links in the folder are not.
        folder = configured.toRealPath();
        if (!CLAIMED_HERE.add(folder)) {
            throw new IOException(IN_USE);
        }
        claimed = true;
        Path path = folder.resolve(LOCK_NAME);
        FileChannel channel =
                FileChannel.open(
                        path, Set.of(CREATE, WRITE, NOFOLLOW_LINKS), ownerOnly("rw-------"));
        lock = channel;
        if (!isLocked(channel)) {
            throw new IOException(IN_USE);
        }
        lockKey = key(path);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            // The channel holds the lock until close() or the end of the process.
            FileLock taken = channel.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public List<Found> list() throws IOException {
        List<Found> found = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
            for (Path path : paths) {
                String name = String.valueOf(path.getFileName());
                if (!name.equals(LOCK_NAME)) {
                    found(path, name).ifPresent(found::add);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    private static Optional<Found> found(Path path, String name) throws IOException {
        try {
            BasicFileAttributes attributes = attributes(path);
            return Optional.of(new Found(name, attributes.size(), attributes.isRegularFile()));
        } catch (NoSuchFileException e) {
            // Another program deleted its file after it was listed.
            return Optional.empty();
        }
    }

    @Override
    public DiskFile create(String name) throws IOException {
        // If the folder was deleted or replaced, the open files would take disk space that is
        // not visible in any folder.
        if (!Objects.equals(lockKey, key(folder.resolve(LOCK_NAME)))) {
            throw new IOException("the lock file in the folder was replaced");
        }
        Path path = folder.resolve(name);
        FileChannel channel =
                FileChannel.open(path, Set.of(CREATE_NEW, READ, WRITE), ownerOnly("rw-------"));
        return new FolderFile(path, channel);
    }

    @Override
    public DiskFile open(String name) {
        return new FolderFile(folder.resolve(name), null);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void close() throws IOException {
        FileChannel taken = lock;
        lock = null;
        lockKey = null;
        try {
            if (taken != null) {
                taken.close();
            }
        } finally {
            if (claimed) {
                CLAIMED_HERE.remove(folder);
                claimed = false;
            }
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    }

    /** The inode, if the file system has inodes. */
    private static @Nullable Object key(Path path) throws IOException {
        return attributes(path).fileKey();
    }

    private FileAttribute<?>[] ownerOnly(String mode) {
        return configured.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                }
                : new FileAttribute<?>[0];
    }
}
