package io.rangestream.client;

import com.google.protobuf.ByteString;

import java.io.IOException;
import java.util.Optional;

/**
 * Bytes of a range in order, in chunks that are checked. {@link #next} is for one thread at a time,
 * {@link #cancel} for any.
 */
interface ChunkSource extends Running {

    /**
     * The next chunk, which is not empty; nothing only when all bytes of the range were given and
     * the server has said so. Waits for it.
     *
     * @throws IOException where the range can't be read on; then so does every further call
     */
    Optional<ByteString> next() throws IOException;
}
