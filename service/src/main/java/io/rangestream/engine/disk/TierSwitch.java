package io.rangestream.engine.disk;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** On, until it is turned off for good; the one who says why says it once. */
final class TierSwitch {
    private final String folder;
    private final Consumer<String> warnings;
    private final AtomicBoolean on = new AtomicBoolean(true);

    TierSwitch(String folder, Consumer<String> warnings) {
        this.folder = folder;
        this.warnings = warnings;
    }

    boolean isOn() {
        return on.get();
    }

    /** Turns it off because of something that went wrong. */
    void fail(Throwable cause) {
        if (on.compareAndSet(true, false)) {
            warn("is off, reads go on without it: " + cause);
        }
    }

    /** Turns it off because that was asked for. */
    void end() {
        on.set(false);
    }

    void warn(String what) {
        warnings.accept("the disk cache in " + folder + " " + what);
    }
}
