package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Random reads, seeks, skips and closes, compared with an array of the same bytes. */
final class ReaderModelTest {
    private static final int LENGTH = 3_000_000;
    private static final int STEPS = 400;
    private static final byte[] BYTES = ScriptedObject.bytes(0, LENGTH);
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH).inChunksOf(50_000);

    /** One in this many reads fails somewhere and has to resume. */
    private static final int ONE_FAULT_IN = 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_125, -7})
    void channelReadsTheBytesOfAnArray(long seed) throws IOException {
        Random random = new Random(seed);
        try (ScriptedServer server = faulty(seed);
                RangeStreamClient client = client(server);
                ObjectReader reader = client.open(BUCKET, KEY)) {
            SeekableByteChannel channel = reader.channel();
            long position = 0;
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> position = random.nextInt(LENGTH + 1000);
                    case 1 -> position += random.nextInt(1_000_000);
                    case 2 -> position = Math.max(0, position - random.nextInt(60_000));
                    case 3 -> {
                        channel.close();
                        channel = reader.channel();
                    }
                    default -> {}
                }
                channel.position(position);
                int size = size(random);
                ByteBuffer target =
                        random.nextBoolean()
                                ? ByteBuffer.allocate(size)
                                : ByteBuffer.allocateDirect(size);
                int count = channel.read(target);
                byte[] expected = expected(position, size);
                assertThat(count)
                        .isEqualTo(expected.length == 0 && size > 0 ? -1 : expected.length);
                byte[] read = new byte[expected.length];
                target.flip().get(read);
                assertThat(Arrays.equals(read, expected))
                        .as("seed %d, step %d: %d bytes at %d", seed, step, size, position)
                        .isTrue();
                position += read.length;
                assertThat(channel.position()).isEqualTo(position);
            }
            assertThat(server.reads).hasSizeGreaterThan(STEPS / ONE_FAULT_IN);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 20_261_126, -8})
    void streamsReadTheBytesOfAnArray(long seed) throws IOException {
        Random random = new Random(seed);
        try (ScriptedServer server = faulty(seed);
                RangeStreamClient client = client(server);
                ObjectReader reader = client.open(BUCKET, KEY)) {
            for (int streams = 0; streams < STEPS / 10; streams++) {
                long position = random.nextInt(LENGTH);
                try (InputStream in = reader.stream(ByteRange.from(position))) {
                    for (int step = random.nextInt(20); step >= 0; step--) {
                        int size = size(random);
                        if (random.nextInt(3) == 0) {
                            position += in.skip(size);
                        }
                        byte[] expected = expected(position, size);
                        assertThat(Arrays.equals(in.readNBytes(size), expected))
                                .as("seed %d: %d bytes at %d", seed, size, position)
                                .isTrue();
                        position += expected.length;
                    }
                }
            }
        }
    }

    private static int size(Random random) {
        return random.nextInt(random.nextInt(4) == 0 ? 300_000 : 5000);
    }

    private static byte[] expected(long position, int size) {
        return position >= LENGTH
                ? new byte[0]
                : Arrays.copyOfRange(
                        BYTES, (int) position, (int) Math.min(LENGTH, position + size));
    }

    private static ScriptedServer faulty(long seed) throws IOException {
        ScriptedServer server = new ScriptedServer(OBJECT);
        AtomicInteger reads = new AtomicInteger();
        server.read =
                request -> {
                    int read = reads.incrementAndGet();
                    return read % ONE_FAULT_IN == 0
                            ? brokenOff(request, new Random(seed + read))
                            : Answer.complete(OBJECT.answer(request));
                };
        return server;
    }

    private static Answer brokenOff(ReadRangeRequest request, Random random) {
        List<ReadRangeResponse> parts = OBJECT.parts(request);
        return Answer.failing(
                parts.subList(0, random.nextInt(parts.size())),
                Status.UNAVAILABLE.asRuntimeException());
    }

    private static RangeStreamClient client(ScriptedServer server) {
        return RangeStreamClient.builder(server.target()).plaintext().build();
    }
}
