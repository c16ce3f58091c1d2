package io.rangestream.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts what a block tells its owner. Safe for many threads. */
final class CountingOwner implements Block.Owner {
    private final AtomicInteger deaths = new AtomicInteger();
    private final AtomicInteger lent = new AtomicInteger();
    private final AtomicInteger heldOnce = new AtomicInteger();
    private volatile boolean everNegative;

    @Override
    public void died(Block block) {
        deaths.incrementAndGet();
    }

    @Override
    public void lent(Block block, boolean begun) {
        if (lent.addAndGet(begun ? 1 : -1) < 0) {
            everNegative = true;
        }
    }

    @Override
    public void heldOnce(Block block) {
        heldOnce.incrementAndGet();
    }

    /** How often the block died, which should be once. */
    int deaths() {
        return deaths.get();
    }

    /** Whether readers hold the block; never fewer than none. */
    int lent() {
        return everNegative ? Integer.MIN_VALUE : lent.get();
    }

    /** How often all but one have let it go. */
    int heldOnce() {
        return heldOnce.get();
    }
}
