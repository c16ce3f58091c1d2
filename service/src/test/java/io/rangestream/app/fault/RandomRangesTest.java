package io.rangestream.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import io.grpc.Status.Code;
import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.HelidonServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.Wiring;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.app.rpc.RangesStream;
import io.rangestream.client.ByteRange;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.client.RangeStreamException;
import io.rangestream.http.HttpOptions;
import io.rangestream.store.StoredFields;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.TroubledObjectStore;
import io.rangestream.transport.PauseLimits;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.RangeRead;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Seeded calls of many ranges to a store that fails often, while its objects are replaced: each
 * range that ends as complete has the right bytes, of the version that the stream named. Bare
 * streams are checked against the whole contract ({@link RangesStream}); the SDK resumes failed
 * ranges.
 */
@ServerTest
@Timeout(120)
final class RandomRangesTest {
    private static final long SEED = 20_261_128;
    private static final int CALLERS = 24;
    private static final int CALLS = 3;
    private static final int MOST_CALLS = 30;
    private static final int LEAST_COMPLETE = 300;
    private static final int LEAST_TROUBLES = 60;
    private static final int OBJECTS = 5;
    private static final int LONGEST_BYTES = 60_000;
    private static final InMemoryObjectStore MEMORY = InMemoryObjectStore.create(Clock.systemUTC());
    private static final TroubledObjectStore STORE = new TroubledObjectStore(MEMORY, SEED, 0.15);
    private static final Wiring WIRING =
            new Wiring(
                    Map.of(RandomReaders.BUCKET, STORE),
                    ServedEndpoints.tuning(RandomReaders.ENGINE),
                    PauseLimits.DEFAULT,
                    HttpOptions.DEFAULT,
                    _ -> {},
                    Clock.systemUTC());

    private static final Map<String, ByteString> BY_TAG = new ConcurrentHashMap<>();

    private static GrpcClient bare;
    private static RangeStreamClient client;

    private final AtomicInteger complete = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        HealthCheck health = () -> HealthCheckResponse.builder().build();
        HelidonServer.configure(server, WIRING, health);
    }

    @BeforeAll
    static void connect(WebServer server) {
        bare = GrpcClient.connect(server.port());
        client =
                RangeStreamClient.builder("127.0.0.1:" + server.port())
                        .plaintext()
                        .retryBudget(4)
                        .build();
    }

    @AfterAll
    static void close() {
        client.close();
        bare.close();
        WIRING.close();
    }

    /** Makes one call of many ranges, and counts complete and failed ranges. */
    private interface Call {
        void make(String key, List<long[]> positions, SplittableRandom random) throws IOException;
    }

    private void run(double leastComplete, Call call) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < OBJECTS; i++) {
            replace(i, random);
        }
        long enoughTroubles = STORE.troubles() + LEAST_TROUBLES;
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            SplittableRandom own = random.split();
            callers.add(
                    CompletableFuture.runAsync(
                            () -> ask(call, own, enoughTroubles),
                            task -> Thread.ofPlatform().start(task)));
        }
        callers.forEach(CompletableFuture::join);
        assertThat(complete.get()).as("complete ranges").isGreaterThan(LEAST_COMPLETE);
        assertThat((double) complete.get() / (complete.get() + failed.get()))
                .as("share of %d complete ranges, %d failed", complete.get(), failed.get())
                .isGreaterThan(leastComplete);
        assertThat(failed.get()).as("ranges that failed").isPositive();
        assertThat(STORE.troubles()).as("faults").isGreaterThan(enoughTroubles);
    }

    private boolean isEnough(long enoughTroubles) {
        return complete.get() > LEAST_COMPLETE
                && failed.get() > 0
                && STORE.troubles() > enoughTroubles;
    }

    /**
     * Repeats calls until enough has happened: the number of calls that share a store request does
     * not depend on the seed.
     */
    private void ask(Call call, SplittableRandom random, long enoughTroubles) {
        for (int i = 0; i < CALLS || i < MOST_CALLS && !isEnough(enoughTroubles); i++) {
            if (random.nextInt(4) == 0) {
                replace(random.nextInt(OBJECTS), random);
            }
            List<long[]> positions =
                    IntStream.range(0, 1 + random.nextInt(40))
                            .mapToObj(n -> positions(random))
                            .toList();
            try {
                call.make(Integer.toString(random.nextInt(OBJECTS)), positions, random);
            } catch (RangeStreamException e) {
                // The store failed when the object was opened.
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static long[] positions(SplittableRandom random) {
        long first = random.nextInt(LONGEST_BYTES);
        return new long[] {first, first + random.nextInt(8000)};
    }

    private static void replace(int object, SplittableRandom random) {
        byte[] bytes = new byte[LONGEST_BYTES / 2 + random.nextInt(LONGEST_BYTES / 2)];
        random.nextBytes(bytes);
        String key = Integer.toString(object);
        // Recorded before a reader looks it up, under one lock; equal bytes have equal tags.
        synchronized (MEMORY) {
            String tag =
                    MEMORY.put(RandomReaders.BUCKET, key, bytes, StoredFields.NONE)
                            .entityTag()
                            .orElseThrow()
                            .toString();
            BY_TAG.put(tag, ByteString.copyFrom(bytes));
        }
    }

    private static byte[] expected(String tag, long first, long last) {
        Optional<ByteString> bytes;
        synchronized (MEMORY) {
            bytes = Optional.ofNullable(BY_TAG.get(tag));
        }
        assertThat(bytes).as("a stored version: " + tag).isPresent();
        ByteString version = bytes.orElseThrow();
        return version.substring((int) first, (int) Math.min(last + 1, version.size()))
                .toByteArray();
    }

    @Test
    @Covers("bidireadrange-against-store-many")
    void bareStreamRangesAreCorrectOrFail() {
        run(
                // Measured: 0.13. Ranges that share a store request fail together.
                0.05,
                (key, positions, random) -> {
                    RangesStream stream = RangesStream.of(bare, RandomReaders.BUCKET, key);
                    List<RangeRead> reads =
                            IntStream.range(0, positions.size())
                                    .mapToObj(i -> read(i, positions.get(i)))
                                    .toList();
                    int half = reads.size() / 2;
                    stream.ask(reads.subList(0, half));
                    if (half > 0 && random.nextBoolean()) {
                        stream.cancelRange(random.nextInt(half));
                    }
                    stream.ask(reads.subList(half, reads.size()));
                    stream.halfClose();
                    Code code = stream.end().getStatus().getCode();
                    for (int i = 0; i < reads.size(); i++) {
                        if (stream.isComplete(i)) {
                            complete.incrementAndGet();
                            assertThat(stream.bytes(i))
                                    .isEqualTo(
                                            expected(
                                                    stream.metadata().getEtag(),
                                                    positions.get(i)[0],
                                                    positions.get(i)[1]));
                        } else {
                            failed.incrementAndGet();
                            // A stream that ends with OK has reported the result of each range.
                            assertThat(code == Code.OK && !stream.isOver(i)).isFalse();
                        }
                    }
                });
    }

    private static RangeRead read(long readId, long[] positions) {
        return RangeRead.newBuilder()
                .setReadId(readId)
                .setIntRange(
                        IntRange.newBuilder().setFirstPos(positions[0]).setLastPos(positions[1]))
                .build();
    }

    @Test
    @Covers("bidireadrange-against-store-many")
    void sdkRangesAreCorrectOrFail() {
        run(
                // Measured: 0.53, because the SDK retries.
                0.3,
                (key, positions, random) -> {
                    try (ObjectReader reader = client.open(RandomReaders.BUCKET, key)) {
                        List<CompletableFuture<ByteBuffer>> read =
                                reader.readVectored(
                                        positions.stream()
                                                .map(range -> ByteRange.of(range[0], range[1]))
                                                .toList(),
                                        ByteBuffer::allocate);
                        if (random.nextBoolean()) {
                            read.get(random.nextInt(read.size())).cancel(true);
                        }
                        String tag = reader.metadata().etag().orElseThrow();
                        for (int i = 0; i < read.size(); i++) {
                            check(read.get(i), tag, positions.get(i));
                        }
                    }
                });
    }

    private void check(CompletableFuture<ByteBuffer> read, String tag, long[] positions) {
        try {
            ByteBuffer bytes = read.join();
            byte[] got = new byte[bytes.remaining()];
            bytes.get(got);
            assertThat(got).isEqualTo(expected(tag, positions[0], positions[1]));
            complete.incrementAndGet();
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(RangeStreamException.class);
            failed.incrementAndGet();
        } catch (CancellationException e) {
            failed.incrementAndGet();
        }
    }
}
