package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.client.Toxic.Cut;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** Every way to read, over every faulty network: correct bytes, or the right exception in time. */
@Timeout(120)
final class ToxicNetworkTest {
    private static final int LENGTH = 300_000;
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofMillis(400);
    private static final long SEED = 20_261_128;

    @TempDir private Path folder;
    private ScriptedServer server;
    private ToxicProxy network;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(ScriptedObject.ofLength(LENGTH).inChunksOf(10_000));
        network = new ToxicProxy(server.target());
        client = client(8);
        reader = client.open(BUCKET, KEY);
    }

    private RangeStreamClient client(int retryBudget) {
        return RangeStreamClient.builder(network.target())
                .plaintext()
                .deadline(DEADLINE)
                .idleTimeout(IDLE)
                .retryBudget(retryBudget)
                .build();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        network.close();
        server.close();
    }

    /** The ways to read the whole object. */
    enum Way {
        STREAM {
            @Override
            byte[] read(ObjectReader reader, Path folder) throws IOException {
                try (InputStream in = reader.stream()) {
                    return in.readAllBytes();
                }
            }
        },
        CHANNEL {
            @Override
            byte[] read(ObjectReader reader, Path folder) throws IOException {
                ByteBuffer all = ByteBuffer.allocate(LENGTH);
                try (SeekableByteChannel channel = reader.channel()) {
                    while (all.hasRemaining() && channel.read(all) >= 0) {
                        // Goes on.
                    }
                }
                return all.array();
            }
        },
        READ_ASYNC {
            @Override
            byte[] read(ObjectReader reader, Path folder) throws IOException {
                ByteBuffer all = ByteBuffer.allocate(LENGTH);
                try {
                    assertThat(reader.readAsync(0, all).get()).isEqualTo(LENGTH);
                } catch (ExecutionException e) {
                    throw new IOException(e.getCause());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return all.array();
            }
        },
        DOWNLOAD {
            @Override
            byte[] read(ObjectReader reader, Path folder) throws IOException {
                Path file = folder.resolve("film");
                reader.downloadTo(file, DownloadOptions.defaults().withParts(3));
                byte[] all = Files.readAllBytes(file);
                Files.delete(file);
                return all;
            }
        };

        abstract byte[] read(ObjectReader reader, Path folder) throws IOException;
    }

    static Stream<Arguments> waysAndToxics() {
        return Stream.of(Way.values())
                .flatMap(
                        way ->
                                Stream.of(
                                                Toxic.latency(Duration.ofMillis(40)),
                                                Toxic.rate(1_000_000),
                                                Toxic.slices(700),
                                                Toxic.cut(Cut.RESET, 50_000),
                                                Toxic.cut(Cut.HALF_CLOSE, 50_000))
                                        .map(toxic -> Arguments.of(way, toxic)));
    }

    @ParameterizedTest
    @MethodSource("waysAndToxics")
    void deliversEveryByte(Way way, Toxic toxic) throws IOException {
        network.poison(toxic, 2);
        assertThat(way.read(reader, folder)).isEqualTo(bytes(0, LENGTH));
    }

    /** The second cut is before the server's first byte, after which gRPC waits a second. */
    @ParameterizedTest
    @EnumSource(
            value = Cut.class,
            names = {"RESET", "HALF_CLOSE"})
    void reconnectsAfterImmediateCuts(Cut cut) throws IOException {
        network.poison(Toxic.cut(cut, 0), 2);
        assertThat(Way.STREAM.read(reader, folder)).isEqualTo(bytes(0, LENGTH));
        assertThat(network.connections()).isEqualTo(3);
    }

    /** The connection drops all packets, which TCP would report after a quarter of an hour. */
    @ParameterizedTest
    @EnumSource
    void stalledReadResumesOnAnotherConnection(Way way) throws IOException {
        network.poison(Toxic.cut(Cut.BLACK_HOLE, 20_000), 1);
        assertThat(way.read(reader, folder)).isEqualTo(bytes(0, LENGTH));
        assertThat(network.connections()).isEqualTo(2);
    }

    /** The next call would be on the stalled connection too. */
    @Test
    void deadlineEndsUnansweredCallAndNextCallReconnects() throws IOException {
        network.poison(Toxic.cut(Cut.BLACK_HOLE, 0), 1);
        assertThatThrownBy(() -> client.stat(BUCKET, KEY))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(client.stat(BUCKET, KEY).completeLength()).isEqualTo(LENGTH);
    }

    @Test
    void connectionWithoutResponseTimesOut() throws IOException {
        network.poison(Toxic.cut(Cut.BLACK_HOLE, 0), 1);
        try (RangeStreamClient another = client(0)) {
            assertThatThrownBy(() -> another.stat(BUCKET, KEY))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(another.stat(BUCKET, KEY).completeLength()).isEqualTo(LENGTH);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Cut.class,
            names = {"RESET", "HALF_CLOSE", "BLACK_HOLE"})
    void permanentFaultIsUnavailableInBoundedTime(Cut cut) throws IOException {
        try (RangeStreamClient another = client(2);
                ObjectReader object = another.open(BUCKET, KEY)) {
            network.poison(Toxic.cut(cut, 100), Integer.MAX_VALUE);
            long begin = System.nanoTime();
            assertThatThrownBy(() -> Way.STREAM.read(object, folder))
                    .isInstanceOfAny(UnavailableException.class, DeadlineExceededException.class);
            // At most three waits for a first message, and two pauses.
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(DEADLINE.multipliedBy(3).plusSeconds(2));
        }
    }

    @Test
    void survivesRandomFaults() throws IOException {
        survive(6, new SplittableRandom(SEED));
    }

    @Test
    @Tag("long")
    @Timeout(900)
    void survivesRandomFaultsForLong() throws IOException {
        survive(300, new SplittableRandom(SEED + 1));
    }

    private void survive(int rounds, SplittableRandom random) throws IOException {
        Cut[] cuts = Cut.values();
        for (int round = 0; round < rounds; round++) {
            Toxic toxic =
                    new Toxic(
                            Duration.ofMillis(random.nextInt(30)),
                            random.nextBoolean() ? 0 : random.nextInt(300_000, 3_000_000),
                            random.nextBoolean() ? 0 : random.nextInt(200, 5000),
                            random.nextInt(LENGTH),
                            cuts[random.nextInt(cuts.length)]);
            Way way = Way.values()[random.nextInt(Way.values().length)];
            network.poison(toxic, random.nextInt(1, 4));
            assertThat(way.read(reader, folder))
                    .as("round %d, seed %d: %s by %s", round, SEED, toxic, way)
                    .isEqualTo(bytes(0, LENGTH));
        }
    }
}
