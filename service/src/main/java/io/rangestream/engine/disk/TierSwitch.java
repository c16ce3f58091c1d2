package io.rangestream.engine.disk;

import io.rangestream.fault.TaskGuard;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The state of a {@link DiskTier}: on; failed, until a retry of the disk succeeds; or ended, which
 * is final. Logs one warning for each change between on and failed. Safe for many threads.
 */
final class TierSwitch {
    private enum State {
        ON,
        FAILED,
        ENDED
    }

    private final String folder;
    private final Consumer<String> warnings;
    // The writer thread warns between its retries: a consumer that throws must not end it.
    private final TaskGuard guard = new TaskGuard("a warning of the disk cache");
    private final AtomicReference<State> state = new AtomicReference<>(State.ON);

    TierSwitch(String folder, Consumer<String> warnings) {
        this.folder = folder;
        this.warnings = warnings;
    }

    boolean isOn() {
        return state.get() == State.ON;
    }

    boolean isEnded() {
        return state.get() == State.ENDED;
    }

    /** Turns the tier off because of a failure. */
    void fail(Throwable cause) {
        if (state.compareAndSet(State.ON, State.FAILED)) {
            warn("is off, reads continue without it: " + cause + "; the disk will be retried");
        }
    }

    /** Turns the tier on again, unless it has ended. */
    void recover() {
        if (state.compareAndSet(State.FAILED, State.ON)) {
            warn("is on again");
        }
    }

    /** Turns the tier off for good, because it is closed. */
    void end() {
        state.set(State.ENDED);
    }

    /**
     * Logs a warning. Never throws, so that a broken log does not prevent the handling of a
     * failure.
     *
     * @param predicate the sentence without its subject, "the disk cache in …"
     */
    void warn(String predicate) {
        guard.run(() -> warnings.accept("the disk cache in " + folder + " " + predicate));
    }
}
