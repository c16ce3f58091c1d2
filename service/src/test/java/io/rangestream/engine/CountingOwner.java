package io.rangestream.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the reports of a block to its owner. Safe for many threads. */
final class CountingOwner implements Block.Owner {
    private final AtomicInteger unreferenced = new AtomicInteger();
    private final AtomicInteger lent = new AtomicInteger();
    private final AtomicInteger referencedOnce = new AtomicInteger();
    private volatile boolean everNegative;

    @Override
    public void unreferenced(Block block) {
        unreferenced.incrementAndGet();
    }

    @Override
    public void lentChanged(Block block, boolean isLent) {
        if (lent.addAndGet(isLent ? 1 : -1) < 0) {
            everNegative = true;
        }
    }

    @Override
    public void referencedOnce(Block block) {
        referencedOnce.incrementAndGet();
    }

    /** How often the last reference was released: once at most, if the count is right. */
    int unreferenced() {
        return unreferenced.get();
    }

    /** 1 while readers hold the block, else 0; MIN_VALUE if it was ever negative. */
    int lent() {
        return everNegative ? Integer.MIN_VALUE : lent.get();
    }

    /** How often a release left one reference. */
    int referencedOnce() {
        return referencedOnce.get();
    }
}
