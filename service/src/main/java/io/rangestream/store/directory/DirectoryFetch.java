package io.rangestream.store.directory;

import io.rangestream.range.ByteRange;
import io.rangestream.store.CoveringFetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Bytes of an open file, given out only while its path still shows the same stamp. */
final class DirectoryFetch extends CoveringFetch {
    /** A read goes through a native buffer of its size that the thread keeps. */
    private static final int MAX_READ_BYTES = 256 * 1024;

    private final ObjectId id;
    private final Path path;
    private final FileChannel channel;
    private final FileStamp stamp;

    /** Takes over the channel. */
    DirectoryFetch(
            ObjectId id,
            Path path,
            FileChannel channel,
            FileStamp stamp,
            Representation representation,
            Optional<ByteRange> covered) {
        super(representation, covered);
        this.id = id;
        this.path = path;
        this.channel = channel;
        this.stamp = stamp;
    }

    @Override
    protected int fill(byte[] array, int offset, int length, long from) {
        try {
            int wanted = Math.min(length, MAX_READ_BYTES);
            int count = channel.read(ByteBuffer.wrap(array, offset, wanted), from);
            requireUnchanged();
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

    @Override
    protected void atEnd() {
        requireUnchanged();
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
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written: the channel is closed, and nothing is lost.
        }
    }

    @Override
    public void abort() {
        super.abort();
        close();
    }
}
