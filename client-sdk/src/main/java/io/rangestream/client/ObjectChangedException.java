package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * The object is no longer the version that the reader is pinned to: replaced, shrunk or deleted.
 * Bytes read before are all of the old version. Open the object again to read the new one.
 */
public final class ObjectChangedException extends RangeStreamException {
    private final @Nullable String currentEtag;

    /** An object that was there and is not any more has changed. */
    static ObjectChangedException deleted(Subject subject, RangeStreamException why) {
        return new ObjectChangedException(
                new Failure(
                        subject,
                        "the object was deleted",
                        why.reason().orElse(null),
                        why.correlationId().orElse(null),
                        why),
                null);
    }

    ObjectChangedException(Failure failure, @Nullable String currentEtag) {
        super(failure);
        this.currentEtag = currentEtag;
    }

    /**
     * The entity tag that the object has now.
     *
     * @return with its quotes; empty where it is not known
     */
    public Optional<String> currentEtag() {
        return Optional.ofNullable(currentEtag);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
