package io.rangestream.engine.disk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.rangestream.engine.disk.DiskFiles.DiskFile;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that reopens its channel when another thread's interrupt has closed it. An interrupt of
 * one thread in a {@link FileChannel} closes the channel for all threads, and the other readers of
 * the file must not fail because of that.
 */
final class FolderFile implements DiskFile {
    /** The JDK caches for each thread a direct buffer as large as the thread's largest transfer. */
    private static final int TRANSFER_BYTES = 256 * 1024;

    private final Path path;
    private volatile @Nullable FileChannel channel;
    private volatile boolean closed;

    /**
     * A file at {@code path}.
     *
     * @param channel open for reading and writing; null to open one at the first use
     */
    FolderFile(Path path, @Nullable FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public void write(byte[] array, int length, long position) throws IOException {
        withChannel(
                to -> {
                    int done = 0;
                    while (done < length) {
                        int count = Math.min(TRANSFER_BYTES, length - done);
                        done += to.write(ByteBuffer.wrap(array, done, count), position + done);
                    }
                    return done;
                });
    }

    @Override
    public int read(byte[] array, int length, long position) throws IOException {
        return withChannel(from -> read(from, array, length, position));
    }

    private interface Transfer {
        int run(FileChannel channel) throws IOException;
    }

    private int withChannel(Transfer transfer) throws IOException {
        while (true) {
            try {
                return transfer.run(channel());
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (ClosedChannelException e) {
                if (closed) {
                    throw e;
                }
                // Another thread was interrupted: repeat the whole transfer on a new channel.
            }
        }
    }

    private static int read(FileChannel from, byte[] array, int length, long position)
            throws IOException {
        int done = 0;
        while (done < length) {
            int wanted = Math.min(TRANSFER_BYTES, length - done);
            int count = from.read(ByteBuffer.wrap(array, done, wanted), position + done);
            if (count < 0) {
                break;
            }
            done += count;
        }
        return done;
    }

    private FileChannel channel() throws IOException {
        FileChannel current = channel;
        return current != null && current.isOpen() ? current : reopened();
    }

    private synchronized FileChannel reopened() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        FileChannel current = channel;
        if (current == null || !current.isOpen()) {
            current = FileChannel.open(path, READ, WRITE, NOFOLLOW_LINKS);
            channel = current;
        }
        return current;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        FileChannel current = channel;
        if (current != null) {
            current.close();
        }
    }
}
