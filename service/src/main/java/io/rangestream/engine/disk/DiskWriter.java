package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.engine.disk.WriteQueue.PendingWrite;
import io.rangestream.fault.Backoff;
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
 * The one thread that changes the disk. It claims the folder, recovers the segments, writes queued
 * blocks, and closes all files at the end and after a failure. After a failure it waits for a
 * back-off, and starts over. {@link DiskTier} owns it; its methods are for any thread.
 */
final class DiskWriter {
    /** Removing old versions scans all blocks, so it is done for many objects or when idle. */
    private static final int MANY_OBJECTS = 1000;

    private final TaskGuard guard = new TaskGuard("the disk cache's writer");
    private final TierSwitch tierSwitch;
    private final DiskFiles files;
    private final BlockIndex index;
    private final long sizeBytes;
    private final DiskStats.Counters counters;
    private final DiskTimeouts timeLimits;
    private final WriteQueue queue = new WriteQueue();
    private final Map<ObjectId, EntityTag> changedObjects = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean ready;
    private volatile @Nullable SegmentRing ring;

    // The start of the current write; valid only while writing is true.
    private volatile long writingSinceNanos;
    private volatile boolean writing;

    DiskWriter(
            TierSwitch tierSwitch,
            DiskFiles files,
            BlockIndex index,
            long sizeBytes,
            DiskStats.Counters counters,
            DiskTimeouts timeLimits) {
        this.tierSwitch = tierSwitch;
        this.files = files;
        this.index = index;
        this.sizeBytes = sizeBytes;
        this.counters = counters;
        this.timeLimits = timeLimits;
        // A platform thread: a file write blocks the carrier of a virtual one.
        this.thread = Thread.ofPlatform().daemon().name("disk-cache-writer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether the recovery at the start has completed. */
    boolean isReady() {
        return ready;
    }

    /** Disk space in use, in bytes; 0 while the tier is off. */
    long usedBytes() {
        SegmentRing open = ring;
        return open == null || !tierSwitch.isOn() ? 0 : open.usedBytes();
    }

    void write(PendingWrite write) {
        if (!tierSwitch.isOn() || index.contains(write.address())) {
            complete(write);
            return;
        }
        switch (queue.offer(write)) {
            case ADDED -> wake();
            case DUPLICATE -> complete(write);
            case FULL -> {
                counters.dropped.increment();
                complete(write);
            }
        }
        failIfHung();
    }

    /** A write that hangs keeps the memory of the queue. Turning the tier off frees it. */
    private void failIfHung() {
        // In this order: otherwise the time could be that of the previous write.
        if (writing && System.nanoTime() - writingSinceNanos > timeLimits.write().toNanos()) {
            tierSwitch.fail(
                    new IOException(
                            "a write took longer than " + timeLimits.write().toMillis() + " ms"));
            wake();
        }
    }

    void forgetOthers(ObjectId id, EntityTag current) {
        if (tierSwitch.isOn()) {
            changedObjects.put(id, current);
            wake();
        }
    }

    /**
     * Wakes the thread. Called after each change to the state that it waits for. If the tier is
     * off, the caller empties the queue, because the thread may have ended or hang in a disk
     * operation.
     */
    void wake() {
        LockSupport.unpark(thread);
        while (!tierSwitch.isOn()) {
            PendingWrite next = queue.poll();
            if (next == null) {
                return;
            }
            release(next);
        }
    }

    /** Waits for the end of the thread, after {@link TierSwitch#end}. */
    void awaitEnd(Duration timeLimit) {
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(timeLimit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Backoff backoff = new Backoff(timeLimits.firstRetry(), timeLimits.longestRetry());
        int failures = 0;
        boolean isFirst = true;
        while (!tierSwitch.isEnded()) {
            long beganNanos = System.nanoTime();
            boolean now = isFirst;
            guard.run(() -> use(now));
            isFirst = false;
            if (System.nanoTime() - beganNanos > timeLimits.longestRetry().toNanos()) {
                // The disk worked for long, so this is a new failure and not the last one again.
                failures = 0;
            }
            awaitRetry(backoff.pause(failures));
            failures++;
        }
    }

    /** Claims the folder and writes to it until that fails or the tier is closed. */
    private void use(boolean isFirst) {
        SegmentRing opened = new SegmentRing(files, index, sizeBytes);
        ring = opened;
        try {
            files.claim();
            if (isFirst) {
                opened.recover(tierSwitch::isOn, tierSwitch::warn);
            } else {
                opened.recover(() -> !tierSwitch.isEnded(), _ -> {});
                opened.probe();
                tierSwitch.recover();
            }
            ready = true;
            while (tierSwitch.isOn()) {
                step(opened);
            }
        } catch (IOException | RuntimeException | Error e) {
            FatalErrors.check(e);
            tierSwitch.fail(e);
        } finally {
            try {
                wake();
                changedObjects.clear();
                index.clear();
            } finally {
                close(opened);
            }
        }
    }

    private void awaitRetry(Duration pause) {
        long deadline = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            if (tierSwitch.isEnded()) {
                return;
            }
            clearInterrupt();
            LockSupport.parkNanos(this, left);
        }
    }

    /**
     * Only a callback can interrupt this thread. The flag has no meaning here: it would end every
     * park at once, and close the file channel that is used next.
     */
    private static void clearInterrupt() {
        var _ = Thread.interrupted();
    }

    private void step(SegmentRing opened) {
        clearInterrupt();
        if (!changedObjects.isEmpty()
                && (queue.isEmpty() || changedObjects.size() >= MANY_OBJECTS)) {
            Map<ObjectId, EntityTag> now = Map.copyOf(changedObjects);
            index.removeOtherVersions(now);
            now.forEach(changedObjects::remove);
        }
        PendingWrite next = queue.poll();
        if (next == null) {
            LockSupport.park(this);
            return;
        }
        try {
            // The recovery may have found the block since it was queued.
            if (!index.contains(next.address())) {
                writingSinceNanos = System.nanoTime();
                writing = true;
                boolean written = opened.append(next.address(), next.array());
                (written ? counters.writes : counters.dropped).increment();
            }
        } catch (IOException | RuntimeException | Error e) {
            FatalErrors.check(e);
            // Before release: its callback must not find the tier on without the block.
            tierSwitch.fail(e);
        } finally {
            writing = false;
            release(next);
        }
    }

    private static void close(SegmentRing opened) {
        try {
            opened.close();
        } catch (IOException | RuntimeException e) {
            // The tier is off already, and has logged why unless it was closed.
        }
    }

    private void release(PendingWrite write) {
        queue.release(write);
        complete(write);
    }

    private void complete(PendingWrite write) {
        try {
            write.onDone().run();
        } catch (RuntimeException | Error e) {
            FatalErrors.check(e);
            // A faulty callback must not keep the memory of the other blocks.
            tierSwitch.fail(e);
        }
    }
}
