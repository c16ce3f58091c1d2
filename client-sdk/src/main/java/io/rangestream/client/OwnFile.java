package io.rangestream.client;

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
 * Files with predictable names in directories that others may write to, as {@code /tmp} is. Another
 * user may have put a link there under such a name, so that what is written goes to a file that the
 * link leads to. A file is used only if it is a regular file with a single name and of the user
 * that this process runs as; symbolic links are never followed.
 *
 * <p>A link, a hard link or a special file under the name is removed, which leaves what it leads to
 * as it is. A regular file of another user is refused, because it may be that user's own download.
 */
final class OwnFile {
    private OwnFile() {}

    /**
     * Opens a file for writing, or creates it.
     *
     * @return to be closed by the caller
     * @throws FileSystemException if the file belongs to another user or can't be removed
     */
    static FileChannel openOrCreate(Path file) throws IOException {
        Optional<Object> key = usable(file);
        if (key.isPresent()) {
            FileChannel channel;
            try {
                channel =
                        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            } catch (NoSuchFileException e) {
                // The download that it was of has just ended.
                return create(file);
            }
            try {
                // Replaced between the check and opening it.
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
            // O_EXCL: fails if there is anything under the name, a dangling link too.
            return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("another download to it is going on", e);
        }
    }

    /** Writes a whole file in place of what there is under the name. */
    static void write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        Files.write(file, content, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    /**
     * Reads a small file.
     *
     * @param mostBytes a longer file is not read
     * @return empty if there is no such file, or if it is longer
     * @throws FileSystemException if the file belongs to another user or can't be removed
     */
    static Optional<byte[]> read(Path file, int mostBytes) throws IOException {
        if (usable(file).isEmpty()) {
            return Optional.empty();
        }
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer content = ByteBuffer.allocate(mostBytes + 1);
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // More may come.
            }
            byte[] read = new byte[content.flip().remaining()];
            content.get(read);
            return read.length > mostBytes ? Optional.empty() : Optional.of(read);
        }
    }

    /**
     * Removes what can't be used.
     *
     * @return what tells the file under the name from others; empty if there is none, any more
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
        if (!basic.isRegularFile() || names(file) > 1) {
            Files.delete(file);
            return Optional.empty();
        }
        requireOwn(file);
        return Optional.of(Objects.requireNonNullElse(basic.fileKey(), file));
    }

    private static int names(Path file) throws IOException {
        Object names = isUnix(file) ? attributes(file, "unix:nlink").get("nlink") : null;
        return names instanceof Integer count ? count : 1;
    }

    /**
     * The owner that this process's files have is found by making one: a user has different names
     * in Java and on a network's file system, and may have none in a container.
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
