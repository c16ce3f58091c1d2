package io.rangestream.store.directory;

import io.rangestream.range.ByteRange;
import io.rangestream.store.CoveringFetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Bytes of an open file, given out only while its path still shows the same stamp. */
final class DirectoryFetch extends CoveringFetch {
    /** A read goes through a native buffer of its size that the thread keeps. */
    private static final int MAX_READ_BYTES = 256 * 1024;

    private final ObjectId id;
    private final Path path;
    private final HeldChannel channel;
    private final FileStamp stamp;
    private final FileWork files;
    // For the next read by another thread, which may end after this fetch was aborted, when the
    // caller's array has another use. Used by the caller's thread alone.
    private byte[] spare = {};
    // The thread that is in a read, if any: it waits for another thread's result, perhaps.
    private volatile @Nullable Thread reader;

    /** Takes over the channel; {@code path} is a real path. */
    DirectoryFetch(
            ObjectId id,
            Path path,
            FileChannel channel,
            FileStamp stamp,
            FileWork files,
            Representation representation,
            Optional<ByteRange> covered) {
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
        // Of this read alone until it is delivered: the thread of one that was given up may still
        // write to it while the next read is under way.
        private byte[] own;

        Read(byte[] array, int offset, int length, long from) {
            this.own = spare;
            spare = new byte[0];
            this.array = array;
            this.offset = offset;
            this.length = length;
            this.from = from;
        }

        @Override
        public Integer runByCaller() throws IOException {
            spare = own;
            return read(ByteBuffer.wrap(array, offset, length));
        }

        @Override
        public Integer run() throws IOException {
            if (own.length < length) {
                own = new byte[length];
            }
            return read(ByteBuffer.wrap(own, 0, length));
        }

        private int read(ByteBuffer buffer) throws IOException {
            int count = channel.read(buffer, from);
            requireUnchanged();
            return count;
        }

        /** In the caller's thread, which still waits for the bytes. */
        @Override
        public Integer deliver(Integer count) {
            if (count > 0) {
                System.arraycopy(own, 0, array, offset, count);
            }
            spare = own;
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

    // After the bytes are here: a change before them shows now, one after them does not matter.
    private void requireUnchanged() {
        FileStamp now;
        try {
            now = FileStamp.of(path);
        } catch (IOException e) {
            throw new Changed(id, "its file can't be seen any more: " + e);
        }
        if (!now.equals(stamp)) {
            throw new Changed(id, "its file is another by now");
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
        // Null is allowed: then no thread is in a read.
        LockSupport.unpark(reader);
    }
}
