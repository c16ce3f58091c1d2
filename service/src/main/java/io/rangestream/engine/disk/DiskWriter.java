package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.fault.FatalErrors;
import io.rangestream.fault.TaskGuard;
import io.rangestream.store.ObjectId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that changes the disk: it takes the folder, finds what is there, writes what is
 * queued, and lets go of everything at the end, and after a failure. After a failure it does all of
 * that again, when a back-off is over. Its methods are for any thread.
 */
final class DiskWriter {
    /** Forgetting looks at every block: for many objects at once, or when there is time. */
    private static final int MANY_TO_FORGET = 1000;

    private final TaskGuard using = new TaskGuard("the disk cache's writer");
    private final TierSwitch power;
    private final DiskFiles files;
    private final BlockIndex index;
    private final long sizeBytes;
    private final DiskCounters counters;
    private final DiskPatience patience;
    private final WriteQueue queue = new WriteQueue();
    private final Map<ObjectId, EntityTag> toForget = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean ready;
    private volatile @Nullable SegmentRing ring;

    // Since when the write lasts that is under way; only if there is one.
    private volatile long writingSinceNanos;
    private volatile boolean writing;

    DiskWriter(
            TierSwitch power,
            DiskFiles files,
            BlockIndex index,
            long sizeBytes,
            DiskCounters counters,
            DiskPatience patience) {
        this.power = power;
        this.files = files;
        this.index = index;
        this.sizeBytes = sizeBytes;
        this.counters = counters;
        this.patience = patience;
        // A platform thread: it would hold a carrier for as long as a slow disk likes.
        this.thread = Thread.ofPlatform().daemon().name("disk-cache-writer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether all that was there at the start is found. */
    boolean isReady() {
        return ready;
    }

    /** What the files take of the disk; 0 while the tier is off. */
    long usedBytes() {
        SegmentRing open = ring;
        return open == null || !power.isOn() ? 0 : open.usedBytes();
    }

    void write(PendingWrite write) {
        if (!power.isOn() || index.contains(write.address())) {
            tell(write);
            return;
        }
        switch (queue.offer(write)) {
            case TAKEN -> wake();
            case THERE_ALREADY -> tell(write);
            case FULL -> {
                counters.dropped.increment();
                tell(write);
            }
        }
        failIfHung();
    }

    /** A write that hangs keeps the queue's memory: without the tier it is free again. */
    private void failIfHung() {
        // In this order: the other way round, the time could be that of the write before.
        if (writing && System.nanoTime() - writingSinceNanos > patience.write().toNanos()) {
            power.fail(
                    new IOException(
                            "a write took longer than " + patience.write().toMillis() + " ms"));
            wake();
        }
    }

    void forgetOthers(ObjectId id, EntityTag current) {
        if (power.isOn()) {
            toForget.put(id, current);
            wake();
        }
    }

    /**
     * Comes after every change to what the writer looks at. Where the tier is off the queue is
     * emptied here: the writer may be past its last block, or hang in its disk.
     */
    void wake() {
        LockSupport.unpark(thread);
        while (!power.isOn()) {
            PendingWrite next = queue.poll();
            if (next == null) {
                return;
            }
            finish(next);
        }
    }

    /** Waits for the end of the writing, which must have been asked for. */
    void awaitEnd(Duration atMost) {
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = patience.firstRetry();
        boolean isFirst = true;
        while (!power.isEnded()) {
            long beganNanos = System.nanoTime();
            boolean now = isFirst;
            using.run(() -> use(now));
            isFirst = false;
            if (System.nanoTime() - beganNanos > patience.longestRetry().toNanos()) {
                // It has worked for long: this is another failure, and not the last one again.
                pause = patience.firstRetry();
            }
            awaitRetry(pause);
            Duration twice = pause.multipliedBy(2);
            Duration longest = patience.longestRetry();
            pause = twice.compareTo(longest) < 0 ? twice : longest;
        }
    }

    /** Takes the folder and writes to it, until that fails or the tier ends. */
    private void use(boolean isFirst) {
        SegmentRing opened = new SegmentRing(files, index, sizeBytes);
        ring = opened;
        try {
            files.claim();
            if (isFirst) {
                opened.recover(power::isOn, power::warn);
            } else {
                opened.recover(() -> !power.isEnded(), _ -> {});
                opened.probe();
                power.recover();
            }
            ready = true;
            while (power.isOn()) {
                step(opened);
            }
        } catch (IOException | RuntimeException | Error e) {
            FatalErrors.check(e);
            power.fail(e);
        } finally {
            try {
                wake();
                toForget.clear();
                index.clear();
            } finally {
                close(opened);
            }
        }
    }

    private void awaitRetry(Duration pause) {
        long deadline = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            if (power.isEnded()) {
                return;
            }
            LockSupport.parkNanos(this, left);
        }
    }

    private void step(SegmentRing opened) {
        if (!toForget.isEmpty() && (queue.isEmpty() || toForget.size() >= MANY_TO_FORGET)) {
            Map<ObjectId, EntityTag> now = Map.copyOf(toForget);
            index.forgetOthers(now);
            now.forEach(toForget::remove);
        }
        PendingWrite next = queue.poll();
        if (next == null) {
            LockSupport.park(this);
            return;
        }
        try {
            // It may have been found since it was queued.
            if (!index.contains(next.address())) {
                writingSinceNanos = System.nanoTime();
                writing = true;
                boolean written = opened.append(next.address(), next.array());
                (written ? counters.writes : counters.dropped).increment();
            }
        } catch (IOException | RuntimeException | Error e) {
            FatalErrors.check(e);
            // Before it is let go: who is told so must not find the tier on and the block nowhere.
            power.fail(e);
        } finally {
            writing = false;
            finish(next);
        }
    }

    private static void close(SegmentRing opened) {
        try {
            opened.close();
        } catch (IOException | RuntimeException e) {
            // The tier is off, and has said so unless that was asked for.
        }
    }

    private void finish(PendingWrite write) {
        queue.forget(write);
        tell(write);
    }

    private void tell(PendingWrite write) {
        try {
            write.onDone().run();
        } catch (RuntimeException | Error e) {
            FatalErrors.check(e);
            // Whoever's mistake it is, the other blocks must be let go.
            power.fail(e);
        }
    }
}
