package io.rangestream.requestlog;

import io.rangestream.store.ObjectStoreException;

/** What the log says of why something failed, in one line. No peer sees it. */
public final class Cause {
    private Cause() {}

    /** A store's failure in its own words; of any other, which nobody expected, also the place. */
    public static String of(Throwable failure) {
        if (failure instanceof ObjectStoreException) {
            return String.valueOf(failure.getMessage());
        }
        StackTraceElement[] trace = failure.getStackTrace();
        return trace.length == 0 ? failure.toString() : failure + " at " + trace[0];
    }
}
