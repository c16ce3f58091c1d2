package io.rangestream.engine.limit;

/**
 * One request for a permit: waiting in the queue until {@link #grant}, afterwards the permit
 * itself. The waiting thread reads {@link #isGranted} without the lock of {@link StoreLimiter}.
 */
final class PermitRequest {
    private final ClientPermits client;
    private final ObjectPermits object;
    private final Thread thread;
    private volatile boolean granted;

    PermitRequest(ClientPermits client, ObjectPermits object, Thread thread) {
        this.client = client;
        this.object = object;
        this.thread = thread;
    }

    ClientPermits client() {
        return client;
    }

    ObjectPermits object() {
        return object;
    }

    /** The thread that waits for the permit. */
    Thread thread() {
        return thread;
    }

    boolean isGranted() {
        return granted;
    }

    void grant() {
        granted = true;
    }
}
