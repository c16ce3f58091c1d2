package io.rangestream.engine.gate;

/** A viewer, or an object of one: has permits in use, and may wait for more. */
abstract class Claimant {
    private int inUse;

    /** How many permits it has. */
    final int inUse() {
        return inUse;
    }

    /** Only {@link Claimants} calls this, as its order depends on it. */
    final void addInUse(int by) {
        inUse += by;
    }

    /** Whether it waits for another permit. */
    abstract boolean isWaiting();

    /** Whether nothing would be lost by forgetting it. */
    final boolean isIdle() {
        return inUse == 0 && !isWaiting();
    }
}
