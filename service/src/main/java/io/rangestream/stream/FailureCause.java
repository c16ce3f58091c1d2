package io.rangestream.stream;

import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import java.util.Optional;

/** What the log says of why something failed, in one line. No peer sees it. */
public final class FailureCause {
    private FailureCause() {}

    /**
     * A store's failure and a request's in their own words; nothing of a cancelled read; of any
     * other failure, which nobody expected, also the place.
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
