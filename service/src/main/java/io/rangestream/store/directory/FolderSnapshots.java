package io.rangestream.store.directory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The names of folders that were scanned lately, so that the pages of a listing, and listings of
 * the same folder at the same time, share a scan. Bounded in bytes and in time. Safe for many
 * threads; concurrent callers for one folder wait for one scan.
 *
 * <p>A snapshot serves a request if its scan began after the request arrived. Otherwise it serves
 * the request only while it is young and the folder's times are what they were before the scan, and
 * were old enough by then that a change during the scan would have given the folder other times.
 */
final class FolderSnapshots {
    private static final Duration LIFETIME = Duration.ofSeconds(5);
    private static final Duration LONGEST_LIFETIME = Duration.ofMinutes(1);

    /** Several ticks of the kernel's clock, which is the grain of most file systems' times. */
    private static final Duration FINE_GRAIN = Duration.ofMillis(50);

    /** FAT's grain, the coarsest. */
    private static final Duration COARSE_GRAIN = Duration.ofSeconds(2);

    /** One folder deep in a tree must not be cut into too many sections. */
    private static final long MIN_SECTION_BYTES = 64 * 1024;

    private static final int LOCKS = 16;

    private final long maxBytes;
    private final Clock clock;
    private final ReentrantLock[] scanning =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);
    // The least recently used first; guarded by this.
    private final Map<Path, Snapshot> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes;

    private record Snapshot(
            FolderNames names,
            FileStamp stamp,
            boolean isSettled,
            long beganNanos,
            long lifetimeNanos,
            long endedNanos) {}

    /** Keeps snapshots of at most {@code maxBytes} together; one takes at most a half. */
    FolderSnapshots(long maxBytes, Clock clock) {
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /**
     * The section of a folder's names that has {@code start} in it.
     *
     * @param folder its real path
     * @param depth how many folders the caller walks above this one: their names are held too
     * @param arrivedNanos when the request arrived, by {@link System#nanoTime}
     */
    FolderNames names(Path folder, byte[] start, int depth, long arrivedNanos) throws IOException {
        ReentrantLock lock = scanning[Math.floorMod(folder.hashCode(), LOCKS)];
        lock.lock();
        try {
            FileStamp stamp = FileStamp.of(folder);
            Snapshot snapshot = get(folder);
            if (snapshot != null
                    && snapshot.names.covers(start)
                    && isUsable(snapshot, stamp, arrivedNanos)) {
                return snapshot.names;
            }
            Snapshot scanned = scan(folder, start, depth, stamp);
            keep(folder, scanned);
            return scanned.names;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isUsable(Snapshot snapshot, FileStamp stamp, long arrivedNanos) {
        return snapshot.beganNanos - arrivedNanos >= 0
                || snapshot.isSettled
                        && snapshot.stamp.equals(stamp)
                        && System.nanoTime() - snapshot.endedNanos < snapshot.lifetimeNanos;
    }

    private Snapshot scan(Path folder, byte[] start, int depth, FileStamp stamp)
            throws IOException {
        boolean settled = isSettled(stamp, clock.instant());
        long began = System.nanoTime();
        long sectionBytes =
                Math.max(MIN_SECTION_BYTES, maxBytes / 2 >> Math.min(depth, Long.SIZE - 1));
        FolderNames names = FolderScan.read(folder, start, sectionBytes);
        long ended = System.nanoTime();
        // What took long to make is used for longer, or a listing would do nothing but scan.
        long lifetime =
                Math.min(LIFETIME.toNanos() + 2 * (ended - began), LONGEST_LIFETIME.toNanos());
        return new Snapshot(names, stamp, settled, began, lifetime, ended);
    }

    /** Whether a change from now on would give the folder other times. */
    private static boolean isSettled(FileStamp stamp, Instant now) {
        boolean coarse = isWholeSecond(stamp.lastModified()) && isWholeSecond(stamp.lastChanged());
        return stamp.lastChanged().plus(coarse ? COARSE_GRAIN : FINE_GRAIN).isBefore(now);
    }

    private static boolean isWholeSecond(Instant time) {
        return time.equals(time.truncatedTo(ChronoUnit.SECONDS));
    }

    private synchronized @Nullable Snapshot get(Path folder) {
        return kept.get(folder);
    }

    private synchronized void keep(Path folder, Snapshot snapshot) {
        Snapshot before = kept.remove(folder);
        keptBytes -= before == null ? 0 : before.names.bytes();
        keptBytes += snapshot.names.bytes();
        kept.put(folder, snapshot);
        Iterator<Snapshot> oldest = kept.values().iterator();
        while (keptBytes > maxBytes && kept.size() > 1) {
            keptBytes -= oldest.next().names.bytes();
            oldest.remove();
        }
    }

    /** How many bytes the snapshots take together. */
    synchronized long bytes() {
        return keptBytes;
    }
}
