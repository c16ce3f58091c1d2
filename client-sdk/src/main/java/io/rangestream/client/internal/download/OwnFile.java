package io.rangestream.client.internal.download;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens files with predictable names in directories that other users may write to, such as {@code
 * /tmp}. Another user may have planted a link under the name, to redirect the bytes to another
 * file. A file is used only if it is a regular file with a single hard link and belongs to the user
 * of this process; symbolic links are never followed. Used by {@link PartialFile}.
 *
 * <p>A symbolic link, a file with several hard links or a special file under the name is removed;
 * its target is unchanged. A regular file of another user is refused, because it may be that user's
 * download.
 */
public final class OwnFile {
    private OwnFile() {}

    /**
     * Opens a file for writing, or creates it.
     *
     * @return a channel, to be closed by the caller
     * @throws FileSystemException if the file belongs to another user or can't be removed
     */
    public static FileChannel openOrCreate(Path file) throws IOException {
        Optional<Object> key = usable(file);
        if (key.isPresent()) {
            FileChannel channel;
            try {
                channel =
                        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            } catch (NoSuchFileException e) {
                // Another download, which wrote the file, has just ended.
                return create(file);
            }
            try {
                // The file may be replaced between the check and the opening.
                if (!usable(file).equals(key)) {
                    throw new FileSystemException(
                            file.toString(), null, "was replaced while it was opened");
                }
                return channel;
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
        }
        return create(file);
    }

    private static FileChannel create(Path file) throws IOException {
        try {
            // O_EXCL: fails if the name exists, also as a dangling link.
            return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("another download to it is running", e);
        }
    }

    /** Replaces a file by a new one with the given content. */
    static void write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        Files.write(file, content, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    /**
     * Reads a small file.
     *
     * @param mostBytes the largest size that is read, in bytes
     * @return empty if the file does not exist or is larger
     * @throws FileSystemException if the file belongs to another user or can't be removed
     */
    public static Optional<byte[]> read(Path file, int mostBytes) throws IOException {
        if (usable(file).isEmpty()) {
            return Optional.empty();
        }
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer content = ByteBuffer.allocate(mostBytes + 1);
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // A read may be short.
            }
            byte[] read = new byte[content.flip().remaining()];
            content.get(read);
            return read.length > mostBytes ? Optional.empty() : Optional.of(read);
        }
    }

    /**
     * Checks a file, and removes it if it is not a regular file with a single hard link.
     *
     * @return the key that identifies the file; empty if there is no file
     */
    private static Optional<Object> usable(Path file) throws IOException {
        BasicFileAttributes basic;
        try {
            basic =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!basic.isRegularFile() || hardLinks(file) > 1) {
            Files.delete(file);
            return Optional.empty();
        }
        requireOwn(file);
        return Optional.of(Objects.requireNonNullElse(basic.fileKey(), file));
    }

    private static int hardLinks(Path file) throws IOException {
        Object count = isUnix(file) ? attributes(file, "unix:nlink").get("nlink") : null;
        return count instanceof Integer links ? links : 1;
    }

    /**
     * Refuses a file of another user. The owner of this process's files is found by creating one,
     * because a user may have another name on a network file system, and none in a container.
     */
    private static void requireOwn(Path file) throws IOException {
        if (!isUnix(file)) {
            return;
        }
        Path probe = file.resolveSibling(".rangestream-" + UUID.randomUUID() + ".probe");
        Files.write(probe, new byte[0], StandardOpenOption.CREATE_NEW);
        boolean own;
        try {
            own = attributes(file, "unix:uid").equals(attributes(probe, "unix:uid"));
        } finally {
            Files.deleteIfExists(probe);
        }
        if (!own) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    "belongs to another user; remove it, or download without resuming");
        }
    }

    private static boolean isUnix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    private static Map<String, Object> attributes(Path file, String name) throws IOException {
        return Files.readAttributes(file, name, LinkOption.NOFOLLOW_LINKS);
    }
}
