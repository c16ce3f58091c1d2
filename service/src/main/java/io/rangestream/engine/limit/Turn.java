package io.rangestream.engine.limit;

/**
 * One request for a permit: waiting in the queue until {@link #grant}, afterwards the permit
 * itself. The waiting thread reads {@link #isGranted} without the lock of {@link StoreGate}.
 */
final class Turn {
    private final ViewerClaims viewer;
    private final ObjectClaims object;
    private final Thread thread;
    private volatile boolean granted;

    Turn(ViewerClaims viewer, ObjectClaims object, Thread thread) {
        this.viewer = viewer;
        this.object = object;
        this.thread = thread;
    }

    ViewerClaims viewer() {
        return viewer;
    }

    ObjectClaims object() {
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
