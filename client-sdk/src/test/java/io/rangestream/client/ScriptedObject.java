package io.rangestream.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;

import io.rangestream.v1.DataChunk;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.CRC32C;

/** An object of any length with bytes computed from their positions, and its valid responses. */
record ScriptedObject(ObjectMetadata metadata, int chunkBytes) {
    static final String BUCKET = "demo";
    static final String KEY = "timecode.mp4";
    static final String ETAG = "\"v1\"";

    static ScriptedObject ofLength(long completeLength) {
        return new ScriptedObject(
                ObjectMetadata.newBuilder()
                        .setBucket(BUCKET)
                        .setKey(KEY)
                        .setCompleteLength(completeLength)
                        .setEtag(ETAG)
                        .setLastModified(Timestamp.newBuilder().setSeconds(1_700_000_000))
                        .setContentType("video/mp4")
                        .build(),
                1000);
    }

    ScriptedObject with(ObjectMetadata newMetadata) {
        return new ScriptedObject(newMetadata, chunkBytes);
    }

    ScriptedObject inChunksOf(int newChunkBytes) {
        return new ScriptedObject(metadata, newChunkBytes);
    }

    static byte byteAt(long position) {
        return (byte) (position * 31 + (position >>> 8) * 7 + (position >>> 32));
    }

    static byte[] bytes(long firstPos, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = byteAt(firstPos + i);
        }
        return bytes;
    }

    static ReadRangeResponse header(ObjectMetadata metadata, long firstPos, long lastPos) {
        ReadHeader.Builder header = ReadHeader.newBuilder().setMetadata(metadata);
        if (firstPos <= lastPos) {
            header.setFirstPos(firstPos).setLastPos(lastPos);
        }
        return ReadRangeResponse.newBuilder().setHeader(header).build();
    }

    static ReadRangeResponse chunk(long firstPos, byte[] data) {
        CRC32C crc32c = new CRC32C();
        crc32c.update(data);
        return ReadRangeResponse.newBuilder()
                .setChunk(
                        DataChunk.newBuilder()
                                .setFirstPos(firstPos)
                                .setData(ByteString.copyFrom(data))
                                .setCrc32C((int) crc32c.getValue()))
                .build();
    }

    static ReadRangeResponse end(long totalBytes, int crc32c) {
        return ReadRangeResponse.newBuilder()
                .setEnd(ReadEnd.newBuilder().setTotalBytes(totalBytes).setCrc32C(crc32c))
                .build();
    }

    /** The valid messages of a response, created on demand. */
    Iterator<ReadRangeResponse> answer(ReadRangeRequest request) {
        long end = metadata.getCompleteLength() - 1;
        if (request.hasSuffixRange()) {
            long suffixLength = request.getSuffixRange().getSuffixLength();
            return new Answer(Math.max(0, end + 1 - suffixLength), end);
        }
        if (!request.hasIntRange() || end < 0) {
            return new Answer(0, end);
        }
        long lastPos =
                request.getIntRange().hasLastPos() ? request.getIntRange().getLastPos() : end;
        return new Answer(request.getIntRange().getFirstPos(), Math.min(lastPos, end));
    }

    /** The valid messages as a mutable list. */
    List<ReadRangeResponse> parts(ReadRangeRequest request) {
        List<ReadRangeResponse> parts = new ArrayList<>();
        answer(request).forEachRemaining(parts::add);
        return parts;
    }

    private final class Answer implements Iterator<ReadRangeResponse> {
        private final long firstPos;
        private final long lastPos;
        private final CRC32C crc32c = new CRC32C();
        private long next;
        private boolean begun;
        private boolean ended;

        Answer(long firstPos, long lastPos) {
            this.firstPos = firstPos;
            this.lastPos = lastPos;
            this.next = firstPos;
        }

        @Override
        public boolean hasNext() {
            return !ended;
        }

        @Override
        public ReadRangeResponse next() {
            if (ended) {
                throw new NoSuchElementException();
            }
            if (!begun) {
                begun = true;
                return header(metadata, firstPos, lastPos);
            }
            if (next > lastPos) {
                ended = true;
                return end(lastPos - firstPos + 1, (int) crc32c.getValue());
            }
            byte[] data = bytes(next, (int) Math.min(chunkBytes, lastPos - next + 1));
            crc32c.update(data);
            ReadRangeResponse chunk = chunk(next, data);
            next += data.length;
            return chunk;
        }
    }
}
