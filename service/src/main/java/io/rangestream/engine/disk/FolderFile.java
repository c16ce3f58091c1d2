package io.rangestream.engine.disk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file whose channel comes back: an interrupt of one thread in a {@link FileChannel} closes it
 * for all, and none of the others may notice that.
 */
final class FolderFile implements DiskFile {
    /** The JDK keeps for each carrier thread a direct buffer as large as its largest transfer. */
    private static final int PIECE_BYTES = 256 * 1024;

    private final Path path;
    private volatile @Nullable FileChannel channel;
    private volatile boolean closed;

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
                        int piece = Math.min(PIECE_BYTES, length - done);
                        done += to.write(ByteBuffer.wrap(array, done, piece), position + done);
                    }
                    return done;
                });
    }

    @Override
    public int read(byte[] array, int length, long position) throws IOException {
        return withChannel(from -> read(from, array, length, position));
    }

    private interface Transfer {
        int by(FileChannel channel) throws IOException;
    }

    private int withChannel(Transfer transfer) throws IOException {
        while (true) {
            try {
                return transfer.by(channel());
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (ClosedChannelException e) {
                if (closed) {
                    throw e;
                }
                // Another thread was interrupted: all of it again, by a new channel.
            }
        }
    }

    private static int read(FileChannel from, byte[] array, int length, long position)
            throws IOException {
        int done = 0;
        while (done < length) {
            int piece = Math.min(PIECE_BYTES, length - done);
            int count = from.read(ByteBuffer.wrap(array, done, piece), position + done);
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
