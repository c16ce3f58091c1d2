package io.rangestream.store.directory;

import io.rangestream.range.ResolvedRange;
import io.rangestream.store.CoveringFetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads an open file. After each read it compares the stamp of the file's path with the one at the
 * opening, and returns the bytes only if the stamp is unchanged. Used by one thread at a time,
 * except for {@link #abort}.
 */
final class DirectoryFetch extends CoveringFetch {
    /**
     * The largest read: the JDK copies it through a native buffer of that size, which the thread
     * keeps.
     */
    private static final int MAX_READ_BYTES = 256 * 1024;

    private final ObjectId id;
    private final Path path;
    private final HeldChannel channel;
    private final FileStamp stamp;
    private final FileWork files;
    // The buffer for the next read on another thread. Such a read may end after this fetch was
    // aborted, when the caller's array is already reused. Used by the caller's thread only.
    private byte[] spare = {};
    // The thread that is in a read, if any. It may be waiting for another thread's result.
    private volatile @Nullable Thread reader;

    /** Takes ownership of the channel. {@code path} is the file's real path. */
    DirectoryFetch(
            ObjectId id,
            Path path,
            FileChannel channel,
            FileStamp stamp,
            FileWork files,
            Representation representation,
            Optional<ResolvedRange> covered) {
        super(representation, covered);
        this.id = id;
        this.path = path;
        this.channel = new HeldChannel(channel);
        this.stamp = stamp;
        this.files = files;
    }

    @Override
    protected int fill(byte[] array, int offset, int length, long from) {
        int wanted = Math.min(length, MAX_READ_BYTES);
        try {
            int count = run(new Read(array, offset, wanted, from));
            if (isAborted()) {
                throw new ReadCancelledException();
            }
            if (count < 1) {
                throw new Changed(id, "its file ends at " + from);
            }
            return count;
        } catch (ClosedByInterruptException e) {
            // The interrupt closed the file: a later read must end in the same way.
            abort();
            throw new ReadCancelledException();
        } catch (ClosedChannelException e) {
            throw isAborted() ? new ReadCancelledException() : brokeOff(from, e);
        } catch (IOException e) {
            throw brokeOff(from, e);
        }
    }

    private <T> T run(FileWork.Operation<T> operation) throws IOException {
        reader = Thread.currentThread();
        try {
            return files.callShort(id, this::isAborted, operation);
        } finally {
            reader = null;
        }
    }

    private final class Read implements FileWork.Operation<Integer> {
        private final byte[] array;
        private final int offset;
        private final int length;
        private final long from;
        // Used by this read only until its result is delivered: if the caller gives up, the other
        // thread may still write to it while the next read is in progress.
        private byte[] buffer;

        Read(byte[] array, int offset, int length, long from) {
            this.buffer = spare;
            spare = new byte[0];
            this.array = array;
            this.offset = offset;
            this.length = length;
            this.from = from;
        }

        @Override
        public Integer runByCaller() throws IOException {
            spare = buffer;
            return read(ByteBuffer.wrap(array, offset, length));
        }

        @Override
        public Integer run() throws IOException {
            if (buffer.length < length) {
                buffer = new byte[length];
            }
            return read(ByteBuffer.wrap(buffer, 0, length));
        }

        private int read(ByteBuffer target) throws IOException {
            int count = channel.read(target, from);
            requireUnchanged();
            return count;
        }

        /** Called on the caller's thread while it still waits for the bytes. */
        @Override
        public Integer deliver(Integer count) {
            if (count > 0) {
                System.arraycopy(buffer, 0, array, offset, count);
            }
            spare = buffer;
            return count;
        }
    }

    @Override
    protected void atEnd() {
        try {
            var _ =
                    run(
                            () -> {
                                requireUnchanged();
                                return true;
                            });
        } catch (IOException e) {
            throw brokeOff(representation().completeLength(), e);
        }
    }

    // Called after the bytes were read: a change before that shows now, and a later one does not
    // affect them.
    private void requireUnchanged() {
        FileStamp now;
        try {
            now = FileStamp.of(path);
        } catch (IOException e) {
            throw new Changed(id, "its file can no longer be inspected: " + e);
        }
        if (!now.equals(stamp)) {
            throw new Changed(id, "its file was modified or replaced while it was read");
        }
    }

    private Unavailable brokeOff(long from, IOException e) {
        return new Unavailable(id, "reading its file broke off at " + from, e);
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public void abort() {
        super.abort();
        channel.close();
        // Without a thread in a read, the argument is null, which unpark ignores.
        LockSupport.unpark(reader);
    }
}
