package io.rangestream.client.internal.read;

import com.google.protobuf.ByteString;

import io.rangestream.client.internal.channel.RunningRead;

import java.io.IOException;
import java.util.Optional;

/**
 * The verified bytes of a range, in order and in chunks. {@link #next} is for one thread at a time,
 * {@link #cancel} for any thread.
 */
public interface ChunkSource extends RunningRead {

    /**
     * Waits for the next chunk.
     *
     * @return a chunk that is not empty; empty after all bytes of the range were returned and the
     *     server's end message was received
     * @throws IOException if the read fails; each further call then throws it too
     */
    Optional<ByteString> next() throws IOException;
}
