package io.rangestream.store.guard;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.store.s3.S3ObjectStore;
import io.rangestream.testkit.MinioServer;
import io.rangestream.testkit.TestBucket;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * What hedging brings, as a program of its own: first bytes of a store with a long tail, made up
 * and seeded, and of a real MinIO on this machine, without and with hedging. Two warm rounds, then
 * three that are shown. No test: it asserts nothing.
 */
final class HedgeMeasure {
    private static final ObjectId FILM = ObjectId.of("films", "film");
    private static final int READERS = 8;
    private static final int REQUESTS = 10_000;
    private static final int ROUNDS = 5;
    private static final int WARM = 2;
    private static final Duration USUAL = Duration.ofMillis(2);
    private static final Duration TAIL = Duration.ofMillis(200);
    private static final int TAIL_PERCENT = 2;

    private HedgeMeasure() {}

    public static void main(String[] args) throws InterruptedException {
        InMemoryObjectStore memory = InMemoryObjectStore.create(Clock.systemUTC());
        memory.createBucket("films");
        memory.put("films", "film", new byte[64 * 1024]);
        compare("98 % 2 ms, 2 % 200 ms", new LongTail(memory), Duration.ofMillis(20));
        try (MinioServer minio = MinioServer.startOwn();
                TestBucket bucket = minio.createBucket();
                S3ObjectStore store =
                        S3ObjectStore.create(bucket.storeConfig(), Clock.systemUTC())) {
            bucket.put("film", new byte[64 * 1024]);
            compare("MinIO, loopback", store, Duration.ofMillis(20));
            compare("MinIO, loopback", store, Duration.ofMillis(50));
        }
        System.exit(0);
    }

    private static void compare(String name, ObjectStore store, Duration after)
            throws InterruptedException {
        Counted plain = new Counted(store);
        Counted twice = new Counted(store);
        ObjectStore hedged =
                new HedgedStore(twice, new HedgeLimits(after, HedgeLimits.DEFAULT_PERCENT));
        for (int round = 0; round < ROUNDS; round++) {
            plain.asked.set(0);
            twice.asked.set(0);
            long[] nanos = measure(plain, hedged);
            if (round >= WARM) {
                print(name + ", without", plain, everySecond(nanos, 0));
                print(name + ", after " + after.toMillis() + " ms", twice, everySecond(nanos, 1));
            }
        }
    }

    private static long[] everySecond(long[] nanos, int first) {
        return IntStream.iterate(first, i -> i < nanos.length, i -> i + 2)
                .mapToLong(i -> nanos[i])
                .sorted()
                .toArray();
    }

    private static void print(String name, Counted counted, long[] sorted) {
        System.out.printf(
                Locale.ROOT,
                "%-36s p50 %7.2f  p95 %7.2f  p99 %7.2f  p99.9 %7.2f  max %7.2f ms  asked %.3f%n",
                name,
                at(sorted, 0.50),
                at(sorted, 0.95),
                at(sorted, 0.99),
                at(sorted, 0.999),
                at(sorted, 1),
                (double) counted.asked.get() / sorted.length);
    }

    private static double at(long[] sorted, double part) {
        return sorted[(int) ((sorted.length - 1) * part)] / 1e6;
    }

    /** How long each first byte took, of the two in turn: what else the machine does hits both. */
    private static long[] measure(ObjectStore even, ObjectStore odd) throws InterruptedException {
        long[] nanos = new long[REQUESTS];
        AtomicInteger next = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(READERS);
        for (int reader = 0; reader < READERS; reader++) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                for (int i; (i = next.getAndIncrement()) < REQUESTS; ) {
                                    nanos[i] = firstByte(i % 2 == 0 ? even : odd);
                                }
                                ended.countDown();
                            });
        }
        ended.await();
        return nanos;
    }

    private static long firstByte(ObjectStore store) {
        byte[] array = new byte[64 * 1024];
        long start = System.nanoTime();
        try (Fetch fetch = store.open(FILM, Optional.empty(), RangeSpec.from(0))) {
            long took = System.nanoTime() - start;
            while (fetch.read(array, 0, array.length) >= 0) {
                // To the end, so that the connection is kept.
            }
            return took;
        }
    }

    private static final class Counted implements ObjectStore {
        private final ObjectStore store;
        private final AtomicInteger asked = new AtomicInteger();

        Counted(ObjectStore store) {
            this.store = store;
        }

        @Override
        public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
            asked.incrementAndGet();
            return store.open(id, ifMatch, wanted);
        }

        @Override
        public Representation head(ObjectId id) {
            return store.head(id);
        }

        @Override
        public ObjectListing list(ObjectListing.Query query) {
            return store.list(query);
        }

        @Override
        public void probe() {
            store.probe();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** A store that is quick, but for a few. */
    private static final class LongTail implements ObjectStore {
        private final ObjectStore store;
        private final Random random = new Random(1);

        LongTail(ObjectStore store) {
            this.store = store;
        }

        @Override
        public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
            try {
                Thread.sleep(random.nextInt(100) < TAIL_PERCENT ? TAIL : USUAL);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return store.open(id, ifMatch, wanted);
        }

        @Override
        public Representation head(ObjectId id) {
            return store.head(id);
        }

        @Override
        public ObjectListing list(ObjectListing.Query query) {
            return store.list(query);
        }

        @Override
        public void probe() {
            store.probe();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
