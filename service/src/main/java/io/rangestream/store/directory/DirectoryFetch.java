package io.rangestream.store.directory;

import io.rangestream.range.ByteRange;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Bytes of an open file, given out only while its path still shows the same stamp. */
final class DirectoryFetch implements Fetch {
    /** A read goes through a native buffer of its size that the thread keeps. */
    private static final int MAX_READ_BYTES = 256 * 1024;

    private final ObjectId id;
    private final Path path;
    private final FileChannel channel;
    private final FileStamp stamp;
    private final Representation representation;
    private final Optional<ByteRange> covered;
    private final long end;
    private long position;
    private volatile boolean aborted;

    /** Takes over the channel. */
    DirectoryFetch(
            ObjectId id,
            Path path,
            FileChannel channel,
            FileStamp stamp,
            Representation representation,
            Optional<ByteRange> covered) {
        this.id = id;
        this.path = path;
        this.channel = channel;
        this.stamp = stamp;
        this.representation = representation;
        this.covered = covered;
        this.position = covered.map(ByteRange::firstPos).orElse(0L);
        this.end = covered.map(range -> range.lastPos() + 1).orElse(0L);
    }

    @Override
    public Representation representation() {
        return representation;
    }

    @Override
    public Optional<ByteRange> covered() {
        return covered;
    }

    @Override
    public int read(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (aborted) {
            throw new ReadCancelledException();
        }
        try {
            if (position == end) {
                requireUnchanged();
                return -1;
            }
            int wanted = (int) Math.min(Math.min(length, MAX_READ_BYTES), end - position);
            int count = channel.read(ByteBuffer.wrap(array, offset, wanted), position);
            requireUnchanged();
            if (count < 1) {
                throw new Changed(id, "its file ends at " + position);
            }
            position += count;
            return count;
        } catch (ClosedChannelException e) {
            throw aborted ? new ReadCancelledException() : brokeOff(e);
        } catch (IOException e) {
            throw brokeOff(e);
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

    private Unavailable brokeOff(IOException e) {
        return new Unavailable(id, "reading its file broke off at " + position, e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void abort() {
        aborted = true;
        close();
    }
}
