package io.rangestream.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.range.ResolvedRange;
import io.rangestream.testkit.wire.WireResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Seeded readers of objects that are replaced meanwhile. They check that each response that ends
 * cleanly has all bytes of its Content-Range, of the version that its ETag names. Used by {@link
 * RandomFaultsTest} and {@link RandomLiesTest}.
 */
final class RandomReaders {
    static final long SEED = 20_261_125;
    static final String BUCKET = "b";

    private static final int BLOCK_BYTES = 1024;

    /** An engine with few and small blocks, and a metadata TTL of 2 ms. */
    static final EngineConfig ENGINE =
            new EngineConfig(
                    64L * BLOCK_BYTES,
                    BLOCK_BYTES,
                    new ReadAheadConfig(BLOCK_BYTES, 16L * BLOCK_BYTES, 512, 4 * BLOCK_BYTES),
                    Duration.ofMillis(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10));

    private static final int REQUESTS = 1400;
    // Concurrent, because a single reader would mostly wait for the engine's retries.
    private static final int READERS = 25;
    private static final int MOST_EACH = 5 * REQUESTS / READERS;
    private static final int OBJECTS = 5;
    private static final int LONGEST_BYTES = 40_000;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)");

    private final Putting store;
    private final LongSupplier troubles;
    private final Map<String, byte[]> byTag = new HashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger complete = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /** Replaces an object and returns its entity tag. */
    @FunctionalInterface
    interface Putting {
        String put(String key, byte[] bytes);
    }

    /** Sends one request and returns its response. */
    @FunctionalInterface
    interface Protocol {
        WireResponse ask(String target, String... fields) throws IOException;
    }

    /**
     * Creates readers of a store.
     *
     * @param troubles the number of the store's faults so far
     */
    RandomReaders(Putting store, LongSupplier troubles) {
        this.store = store;
        this.troubles = troubles;
    }

    /**
     * Sends over a thousand requests and checks each response.
     *
     * @param faults the least number of store faults for the run to be meaningful
     * @param leastComplete the share of requests, from 0 to 1, that must get a complete response
     */
    void run(int faults, double leastComplete, Protocol protocol) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < OBJECTS; i++) {
            replace(i, random);
        }
        long enough = troubles.getAsLong() + faults;
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            SplittableRandom own = random.split();
            readers.add(
                    CompletableFuture.runAsync(
                            () -> ask(protocol, own, enough),
                            task -> Thread.ofPlatform().start(task)));
        }
        readers.forEach(CompletableFuture::join);
        assertThat(violations).isEmpty();
        assertThat((double) complete.get() / (complete.get() + cut.get() + refused.get()))
                .as(
                        "share of %d complete, %d cut, %d refused",
                        complete.get(), cut.get(), refused.get())
                .isGreaterThan(leastComplete);
        assertThat(cut.get()).as("responses that were cut").isPositive();
        assertThat(troubles.getAsLong()).as("faults").isGreaterThanOrEqualTo(enough);
    }

    private void ask(Protocol protocol, SplittableRandom random, long enough) {
        // The number of requests that the store receives depends on how many readers share a fetch.
        for (int i = 0;
                i < REQUESTS / READERS || i < MOST_EACH && troubles.getAsLong() < enough;
                i++) {
            if (random.nextInt(10) == 0) {
                replace(random.nextInt(OBJECTS), random);
            }
            String range = range(random);
            String target = "/objects/" + BUCKET + "/" + random.nextInt(OBJECTS);
            try {
                check(range, protocol.ask(target, "Range: " + range));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void replace(int object, SplittableRandom random) {
        byte[] bytes = new byte[1 + random.nextInt(LONGEST_BYTES)];
        random.nextBytes(bytes);
        synchronized (byTag) {
            byTag.put(store.put(Integer.toString(object), bytes), bytes);
        }
    }

    private static String range(SplittableRandom random) {
        int first = random.nextInt(LONGEST_BYTES);
        return switch (random.nextInt(5)) {
            case 0 -> "bytes=0-";
            case 1 -> "bytes=" + first + "-";
            case 2 -> "bytes=-" + (first + 1);
            case 3 -> "nothing";
            default -> "bytes=" + first + "-" + (first + random.nextInt(LONGEST_BYTES));
        };
    }

    private void check(String asked, WireResponse answer) {
        if (!answer.complete()) {
            cut.incrementAndGet();
            return;
        }
        if (answer.status() >= 400) {
            if (answer.status() >= 500) {
                refused.incrementAndGet();
            }
            return;
        }
        complete.incrementAndGet();
        if (versions(answer).noneMatch(version -> isOf(version, answer))) {
            violations.add(asked + ": bytes of no possible version: " + answer.fields());
        }
    }

    /** The version that the response's ETag names; all versions without an ETag. */
    private Stream<byte[]> versions(WireResponse answer) {
        Optional<String> tag = answer.field("ETag");
        synchronized (byTag) {
            // The lock is held during each put, so a served version is already recorded.
            return tag.isEmpty()
                    ? List.copyOf(byTag.values()).stream()
                    : Stream.ofNullable(byTag.get(tag.get()));
        }
    }

    private static boolean isOf(byte[] version, WireResponse answer) {
        ResolvedRange positions = positions(answer, version.length);
        return positions != null
                && Arrays.equals(
                        answer.body(),
                        Arrays.copyOfRange(
                                version,
                                Math.toIntExact(positions.firstPos()),
                                Math.toIntExact(positions.lastPos()) + 1));
    }

    /** The positions that the response claims; null if they are impossible for this length. */
    private static @Nullable ResolvedRange positions(WireResponse answer, int completeLength) {
        if (answer.status() == 200) {
            return ResolvedRange.whole(completeLength);
        }
        Matcher matcher = CONTENT_RANGE.matcher(answer.field("Content-Range").orElse(""));
        return matcher.matches() && Integer.parseInt(matcher.group(3)) == completeLength
                ? new ResolvedRange(
                        Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
                : null;
    }
}
