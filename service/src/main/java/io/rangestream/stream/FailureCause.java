package io.rangestream.stream;

import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import java.util.Optional;

/** The cause of a failure as one line of the request log. Never sent to a client. */
public final class FailureCause {
    private FailureCause() {}

    /**
     * The message of a failure of the store or the request; empty for a cancelled read; for any
     * other failure, which is a defect, also the top of its stack.
     */
    public static Optional<String> of(RuntimeException failure) {
        return switch (failure) {
            case ObjectStoreException e -> Optional.of(String.valueOf(e.getMessage()));
            case OverloadedException e -> Optional.of(String.valueOf(e.getMessage()));
            case InvalidRequestException e -> Optional.of(e.words());
            case ReadCancelledException _ -> Optional.empty();
            default -> Optional.of(failure + place(failure.getStackTrace()));
        };
    }

    private static String place(StackTraceElement[] trace) {
        return trace.length == 0 ? "" : " at " + trace[0];
    }
}
