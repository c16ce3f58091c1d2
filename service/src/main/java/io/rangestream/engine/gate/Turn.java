package io.rangestream.engine.gate;

/** One who wants a permit: a place in the queue at first, the permit itself once granted. */
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

    /** Who waits for it. */
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
