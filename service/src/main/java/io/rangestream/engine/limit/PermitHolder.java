package io.rangestream.engine.limit;

/**
 * A holder of permits that may wait for more: a client, or an object of one client. Guarded by the
 * lock of {@link StoreLimiter}.
 */
abstract class PermitHolder {
    private int inUse;

    /** The number of permits that it holds. */
    final int inUse() {
        return inUse;
    }

    /** Called by {@link WaitingHolders} only, because its order depends on this number. */
    final void addInUse(int by) {
        inUse += by;
    }

    /** Whether it waits for another permit. */
    abstract boolean isWaiting();

    /** Whether it neither holds nor waits for a permit, and can be removed. */
    final boolean isIdle() {
        return inUse == 0 && !isWaiting();
    }
}
