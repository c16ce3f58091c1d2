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
 * A cache of the names of recently scanned folders. The pages of a listing, and concurrent listings
 * of the same folder, share a scan. Limited in bytes and time. Used by {@link DirectoryCursor}.
 * Safe for use by many threads; concurrent callers for one folder wait for one scan.
 *
 * <p>A snapshot serves a request if its scan began after the request arrived. Otherwise it serves
 * the request only while it is young, if the folder's times are unchanged since before the scan,
 * and if they were old enough then that a change during the scan would have changed them.
 */
final class FolderSnapshots {
    private static final Duration LIFETIME = Duration.ofSeconds(5);
    private static final Duration LONGEST_LIFETIME = Duration.ofMinutes(1);

    /** Several ticks of the kernel's clock, which is the time resolution of most file systems. */
    private static final Duration FINE_GRAIN = Duration.ofMillis(50);

    /** The time resolution of FAT, the coarsest. */
    private static final Duration COARSE_GRAIN = Duration.ofSeconds(2);

    /** A folder deep in a tree must not be split into too many sections. */
    private static final long MIN_SECTION_BYTES = 64 * 1024;

    private static final int LOCKS = 16;

    private final long maxBytes;
    private final Clock clock;
    private final ReentrantLock[] scanning =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);
    // The least recently used snapshot first; guarded by this object.
    private final Map<Path, Snapshot> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes;

    private record Snapshot(
            FolderNames names,
            FileStamp stamp,
            boolean isSettled,
            long beganNanos,
            long lifetimeNanos,
            long endedNanos) {}

    /**
     * Creates a cache.
     *
     * @param maxBytes the limit of all snapshots together; one snapshot takes at most half of it
     * @param clock the clock of the file system, or one close to it
     */
    FolderSnapshots(long maxBytes, Clock clock) {
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /**
     * The section of a folder's names that contains {@code start}.
     *
     * @param folder the folder's real path
     * @param depth the number of folders above this one; the caller holds their names too
     * @param arrivedNanos the arrival of the request, by {@link System#nanoTime}
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
        // A scan that took long is used for longer, or a listing would spend all its time on scans.
        long lifetime =
                Math.min(LIFETIME.toNanos() + 2 * (ended - began), LONGEST_LIFETIME.toNanos());
        return new Snapshot(names, stamp, settled, began, lifetime, ended);
    }

    /** Whether a change from now on would change the folder's times. */
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

    /** The memory of all snapshots, in bytes. */
    synchronized long bytes() {
        return keptBytes;
    }
}
