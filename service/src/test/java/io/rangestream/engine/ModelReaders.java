package io.rangestream.engine;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenOptions;
import io.rangestream.store.OpenOptions.Freshness;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.ReadHandle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The readers of the model test: they open, seek, read, pause and cancel at random, and compare.
 */
final class ModelReaders {
    private final BlockEngine engine;
    private final ModelObjects objects;
    private final long seed;
    private final AtomicLong operationsLeft;
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong completeReads = new AtomicLong();
    private final AtomicLong wholeReads = new AtomicLong();
    private final AtomicLong opens = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<ReadHandle> open = new ConcurrentLinkedQueue<>();

    ModelReaders(BlockEngine engine, ModelObjects objects, long seed, int operations) {
        this.engine = engine;
        this.objects = objects;
        this.seed = seed;
        this.operationsLeft = new AtomicLong(operations);
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }

    long bytesRead() {
        return bytesRead.get();
    }

    /** The share of the ranges to be read to their end that were, from 0 to 1. */
    double completeShare() {
        return (double) completeReads.get() / wholeReads.get();
    }

    /** The share of the opens that succeeded, from 0 to 1. */
    double openedShare() {
        return (double) opened.get() / opens.get();
    }

    /** The number of ranges to be read to their end. */
    long wholeReads() {
        return wholeReads.get();
    }

    /** Runs that number of readers until all operations are done. */
    void run(int readers) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            SplittableRandom random = new SplittableRandom(seed * 1000 + i);
            threads.add(Thread.ofVirtual().start(() -> read(random)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private boolean operation() {
        return operationsLeft.decrementAndGet() >= 0 && wrong.isEmpty();
    }

    private void read(SplittableRandom random) {
        while (operation()) {
            try {
                oneRead(random);
            } catch (RuntimeException | AssertionError e) {
                wrong.add(e + " at " + Arrays.toString(e.getStackTrace()));
            }
        }
    }

    private void oneRead(SplittableRandom random) {
        String key = ModelObjects.KEYS.get(random.nextInt(ModelObjects.KEYS.size()));
        if (random.nextInt(60) == 0) {
            objects.overwrite(key);
        }
        int latest = objects.latest(key);
        Freshness freshness =
                switch (random.nextInt(20)) {
                    case 0, 1 -> Freshness.ASKED_NOW;
                    case 2 -> Freshness.REVALIDATED;
                    default -> Freshness.LIFETIME;
                };
        long firstPos = random.nextInt(60 * EngineUnderTest.BLOCK_BYTES);
        boolean mayCancel = random.nextInt(8) == 0;
        ReadHandle read;
        opens.incrementAndGet();
        try {
            read =
                    engine.open(
                            new OpenOptions(
                                    ModelObjects.id(key),
                                    wanted(random, firstPos),
                                    freshness,
                                    random.nextInt(30) == 0,
                                    "viewer " + random.nextInt(3)));
        } catch (ObjectStoreException | OverloadedException e) {
            requireExpected(e);
            return;
        }
        opened.incrementAndGet();
        if (mayCancel) {
            open.add(read);
        }
        try (read) {
            ModelObjects.Version version =
                    objects.version(read.representation().entityTag().orElseThrow());
            if (freshness == Freshness.ASKED_NOW && version.number() < latest) {
                wrong.add("found version " + version.number() + " where there was " + latest);
            }
            do {
                readRange(random, read, version.bytes());
            } while (random.nextInt(3) > 0 && operation());
        } catch (ObjectStoreException | OverloadedException e) {
            requireExpected(e);
        } catch (ReadCancelledException e) {
            if (!mayCancel) {
                wrong.add("cancelled without a cause");
            }
        } finally {
            open.remove(read);
        }
    }

    private static Optional<RangeSpec> wanted(SplittableRandom random, long firstPos) {
        return switch (random.nextInt(5)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(RangeSpec.of(firstPos, firstPos + random.nextInt(9000)));
            case 2 -> Optional.of(RangeSpec.suffix(random.nextInt(9000)));
            default -> Optional.of(RangeSpec.from(random.nextInt(4) == 0 ? firstPos : 0));
        };
    }

    private void readRange(SplittableRandom random, ReadHandle read, byte[] expected) {
        int from = random.nextInt(3) == 0 ? 0 : random.nextInt(expected.length);
        int end = random.nextInt(3) == 0 ? expected.length : from + 1 + random.nextInt(9000);
        ResolvedRange range = new ResolvedRange(from, Math.min(end, expected.length) - 1);
        read.select(range);
        long next = range.firstPos();
        int slices = random.nextInt(4) == 0 ? random.nextInt(5) : Integer.MAX_VALUE;
        boolean isWhole = slices == Integer.MAX_VALUE;
        if (isWhole) {
            wholeReads.incrementAndGet();
        }
        while (slices-- > 0 && operation()) {
            if (!read.advance()) {
                if (next != range.lastPos() + 1) {
                    wrong.add(range + " ended at " + next);
                }
                if (isWhole) {
                    completeReads.incrementAndGet();
                }
                return;
            }
            compare(read, expected, next, range);
            next += read.length();
            bytesRead.addAndGet(read.length());
            pauseOrCancel(random);
            // A lent slice must not change until the next call, also if blocks are evicted.
            compare(read, expected, next - read.length(), range);
        }
    }

    private void compare(ReadHandle read, byte[] expected, long next, ResolvedRange range) {
        if (read.firstPos() != next || next + read.length() > range.lastPos() + 1) {
            wrong.add(read.firstPos() + "+" + read.length() + " at " + next + " of " + range);
            return;
        }
        int at = (int) next;
        boolean same =
                Arrays.equals(
                        read.array(),
                        read.offset(),
                        read.offset() + read.length(),
                        expected,
                        at,
                        at + read.length());
        if (!same) {
            wrong.add("other bytes at " + next + " of " + range);
        }
    }

    private void pauseOrCancel(SplittableRandom random) {
        int what = random.nextInt(200);
        if (what == 0) {
            ReadHandle other = open.poll();
            if (other != null) {
                other.cancel();
            }
        } else if (what < 20) {
            LockSupport.parkNanos(1000);
        } else if (what == 20) {
            // Long enough for the fetch to be cancelled as idle.
            LockSupport.parkNanos(random.nextInt(12_000_000));
        }
    }

    private void requireExpected(RuntimeException e) {
        if (e instanceof Unavailable unavailable && unavailable.isTimeout()) {
            wrong.add("timed out: " + e);
        }
    }
}
