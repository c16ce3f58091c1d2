package io.rangestream.engine.disk;

import io.rangestream.fault.TaskGuard;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Whether the tier works. A failure turns it off, until the disk has been tried again with success;
 * each change is told once. From its end on it stays off.
 */
final class TierSwitch {
    private enum State {
        ON,
        FAILED,
        ENDED
    }

    private final String folder;
    private final Consumer<String> warnings;
    // The writer warns between its tries: what takes the warning must not end it.
    private final TaskGuard warning = new TaskGuard("a warning of the disk cache");
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

    /** Turns it off because of something that went wrong. */
    void fail(Throwable cause) {
        if (state.compareAndSet(State.ON, State.FAILED)) {
            warn("is off, reads go on without it: " + cause + "; it is tried again");
        }
    }

    /** Turns it on again, unless it has ended. */
    void recover() {
        if (state.compareAndSet(State.FAILED, State.ON)) {
            warn("is on again");
        }
    }

    /** Turns it off for good because that was asked for. */
    void end() {
        state.set(State.ENDED);
    }

    /** Never throws: what is done after a failure must be done although it can't be logged. */
    void warn(String what) {
        warning.run(() -> warnings.accept("the disk cache in " + folder + " " + what));
    }
}
