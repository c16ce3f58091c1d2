package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.fault.FatalErrors;
import io.rangestream.store.ObjectId;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that changes the disk: it takes the folder, finds what is there, writes what is
 * queued, and at the end lets go of everything. Its methods are for any thread.
 */
final class DiskWriter {
    /** Forgetting looks at every block: for many objects at once, or when there is time. */
    private static final int MANY_TO_FORGET = 1000;

    private final TierSwitch power;
    private final DiskFiles files;
    private final BlockIndex index;
    private final SegmentRing ring;
    private final DiskCounters counters;
    private final WriteQueue queue = new WriteQueue();
    private final Map<ObjectId, EntityTag> toForget = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean ready;

    DiskWriter(
            TierSwitch power,
            DiskFiles files,
            BlockIndex index,
            SegmentRing ring,
            DiskCounters counters) {
        this.power = power;
        this.files = files;
        this.index = index;
        this.ring = ring;
        this.counters = counters;
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
    }

    void forgetOthers(ObjectId id, EntityTag current) {
        if (power.isOn()) {
            toForget.put(id, current);
            wake();
        }
    }

    /**
     * Comes after every change to what the writer looks at. Where the tier is off the queue is
     * emptied here: the writer may have ended before the last block came, or hang in its disk.
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
        try {
            files.claim();
            ring.recover(power::isOn, power::warn);
            ready = true;
            while (power.isOn()) {
                step();
            }
        } catch (IOException | RuntimeException | Error e) {
            FatalErrors.check(e);
            power.fail(e);
        } finally {
            try {
                wake();
            } finally {
                index.clear();
                closeFiles();
            }
        }
    }

    private void step() {
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
                boolean written = ring.append(next.address(), next.array());
                (written ? counters.writes : counters.dropped).increment();
            }
        } catch (IOException | RuntimeException | Error e) {
            FatalErrors.check(e);
            // Before it is let go: who is told so must not find the tier on and the block nowhere.
            power.fail(e);
        } finally {
            finish(next);
        }
    }

    private void closeFiles() {
        try {
            ring.close();
        } catch (IOException e) {
            // The tier is off, and has said so where nobody asked for that.
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
