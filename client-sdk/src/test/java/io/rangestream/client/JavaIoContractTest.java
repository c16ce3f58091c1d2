package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.StatObjectResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** The contracts of java.io and java.nio, for every way to read. */
final class JavaIoContractTest {
    private static final int LENGTH = 5000;
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(ScriptedObject.ofLength(LENGTH));
        client = server.client();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private void serve(ScriptedObject object) throws IOException {
        server.stat =
                request -> StatObjectResponse.newBuilder().setMetadata(object.metadata()).build();
        server.read = request -> Answer.complete(object.answer(request));
        reader = client.open(BUCKET, KEY);
    }

    /** A way to read, from a position on. */
    interface Reading extends Closeable {
        /** Reads up to a number of bytes; returns -1 at the end. */
        int read(ByteBuffer target) throws IOException;
    }

    /** The ways to read. */
    enum Way {
        STREAM {
            @Override
            Reading from(long position, RangeStreamClient client, ObjectReader reader)
                    throws IOException {
                return reading(reader.stream(ByteRange.from(position)));
            }
        },
        ONE_CALL {
            @Override
            Reading from(long position, RangeStreamClient client, ObjectReader reader)
                    throws IOException {
                return reading(client.read(BUCKET, KEY, ByteRange.from(position)));
            }
        },
        CHANNEL {
            @Override
            Reading from(long position, RangeStreamClient client, ObjectReader reader)
                    throws IOException {
                SeekableByteChannel channel = reader.channel().position(position);
                return reading(channel::read, channel);
            }
        },
        READ_AT {
            @Override
            Reading from(long position, RangeStreamClient client, ObjectReader reader) {
                long[] next = {position};
                return reading(
                        target -> {
                            int count = reader.read(next[0], target);
                            next[0] += Math.max(0, count);
                            return count;
                        },
                        reader::close);
            }
        },
        READ_ASYNC {
            @Override
            Reading from(long position, RangeStreamClient client, ObjectReader reader) {
                long[] next = {position};
                return reading(
                        target -> {
                            try {
                                int count = reader.readAsync(next[0], target).get();
                                next[0] += Math.max(0, count);
                                return count;
                            } catch (Exception e) {
                                throw new IOException(e);
                            }
                        },
                        reader::close);
            }
        };

        abstract Reading from(long position, RangeStreamClient client, ObjectReader reader)
                throws IOException;

        private static Reading reading(InputStream in) {
            return reading(
                    target -> {
                        byte[] array = new byte[target.remaining()];
                        int count = in.read(array);
                        target.put(array, 0, Math.max(0, count));
                        return count;
                    },
                    in);
        }

        private static Reading reading(Read read, Closeable closeable) {
            return new Reading() {
                @Override
                public int read(ByteBuffer target) throws IOException {
                    return read.read(target);
                }

                @Override
                public void close() throws IOException {
                    closeable.close();
                }
            };
        }
    }

    /** One read. */
    interface Read {
        int read(ByteBuffer target) throws IOException;
    }

    private Reading start(Way way, long position) throws IOException {
        return way.from(position, client, reader);
    }

    @ParameterizedTest
    @EnumSource
    void closedSourceThrowsEvenForEmptyReads(Way way) throws IOException {
        Reading reading = start(way, 0);
        assertThat(reading.read(ByteBuffer.allocate(1))).isEqualTo(1);
        reading.close();
        reading.close();
        Class<?> thrown = way == Way.CHANNEL ? ClosedChannelException.class : IOException.class;
        assertThatThrownBy(() -> reading.read(ByteBuffer.allocate(1))).isInstanceOf(thrown);
        assertThatThrownBy(() -> reading.read(ByteBuffer.allocate(0))).isInstanceOf(thrown);
    }

    @ParameterizedTest
    @EnumSource
    void emptyReadReturnsZero(Way way) throws IOException {
        try (Reading reading = start(way, LENGTH - 1)) {
            assertThat(reading.read(ByteBuffer.allocate(0))).isZero();
            assertThat(reading.read(ByteBuffer.allocate(9))).isEqualTo(1);
            assertThat(reading.read(ByteBuffer.allocate(0))).as("at the end").isZero();
            assertThat(reading.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(reading.read(ByteBuffer.allocate(1))).as("again").isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CHANNEL", "READ_AT", "READ_ASYNC"})
    void readPastTheEndReturnsTheEnd(Way way) throws IOException {
        for (long position : new long[] {LENGTH, LENGTH + 1L, 1L << 40, Long.MAX_VALUE}) {
            reader = client.open(BUCKET, KEY);
            try (Reading reading = start(way, position)) {
                assertThat(reading.read(ByteBuffer.allocate(0))).isZero();
                assertThat(reading.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
        assertThat(server.reads).as("nobody was asked").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void closingWakesWaitingReadAndCancelsTheCall(Way way) throws Exception {
        server.read = request -> Answer.hanging(first(request.getIntRange().getFirstPos()));
        Reading reading = start(way, 0);
        CompletableFuture<Throwable> ended =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                ByteBuffer target = ByteBuffer.allocate(LENGTH);
                                while (target.hasRemaining()) {
                                    reading.read(target);
                                }
                                return new AssertionError("not closed");
                            } catch (IOException e) {
                                return e;
                            }
                        });
        await().until(() -> server.messagesSent.get() == 2);
        reading.close();
        reading.close();
        await().atMost(AT_ONCE).until(ended::isDone);
        assertThat(ended.join()).isInstanceOf(IOException.class);
        await().atMost(AT_ONCE).until(() -> server.readsCancelled.get() == 1);
    }

    /** The header and one chunk of the requested range. */
    private static List<io.rangestream.v1.ReadRangeResponse> first(long position) {
        ScriptedObject object = ScriptedObject.ofLength(LENGTH);
        return List.of(
                ScriptedObject.header(object.metadata(), position, LENGTH - 1),
                ScriptedObject.chunk(position, bytes(position, 1000)));
    }

    /** Positions around the limits of an int and of 40 bits. */
    @ParameterizedTest
    @ValueSource(longs = {(1L << 31) - 2, (1L << 32) - 2, (1L << 40) - 2, (1L << 53) + 1})
    void acceptsPositionsBeyond32And40Bits(long position) throws IOException {
        ScriptedObject huge = ScriptedObject.ofLength(position + 3000);
        for (Way way : Way.values()) {
            serve(huge);
            try (Reading reading = start(way, position)) {
                ByteBuffer target = ByteBuffer.allocate(4000);
                for (int count = 0; count >= 0; count = reading.read(target)) {
                    assertThat(target.position()).isLessThanOrEqualTo(3000);
                }
                byte[] received = new byte[target.flip().remaining()];
                target.get(received);
                assertThat(received).as(way.name()).isEqualTo(bytes(position, 3000));
            }
        }
        serve(huge);
        assertThat(reader.metadata().completeLength()).isEqualTo(position + 3000);
        try (RangeInputStream in = client.read(BUCKET, KEY, ByteRange.suffix(3000))) {
            assertThat(in.firstPos()).hasValue(position);
            assertThat(in.skip(1500)).isEqualTo(1500);
            assertThat(in.readAllBytes()).isEqualTo(bytes(position + 1500, 1500));
        }
        assertThat(published(ByteRange.from(position))).isEqualTo(bytes(position, 3000));
    }

    private byte[] published(ByteRange range) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        ByteBuffer target = ByteBuffer.allocate(3000);
        reader.publisher(range)
                .subscribe(
                        new Flow.Subscriber<>() {
                            @Override
                            public void onSubscribe(Flow.Subscription subscription) {
                                subscription.request(Long.MAX_VALUE);
                            }

                            @Override
                            public void onNext(ByteBuffer item) {
                                target.put(item);
                            }

                            @Override
                            public void onError(Throwable failure) {
                                all.completeExceptionally(failure);
                            }

                            @Override
                            public void onComplete() {
                                all.complete(target.array());
                            }
                        });
        return all.join();
    }
}
