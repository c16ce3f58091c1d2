package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * The object is no longer the version that the reader is pinned to: it was replaced, shortened or
 * deleted. All bytes that were read before are of the old version. Open the object again to read
 * the new version.
 */
public final class ObjectChangedException extends RangeStreamException {
    private final @Nullable String currentEtag;

    ObjectChangedException(Failure failure, @Nullable String currentEtag) {
        super(failure);
        this.currentEtag = currentEtag;
    }

    /**
     * The entity tag of the current version.
     *
     * @return the tag with its quotes; empty if it is not known
     */
    public Optional<String> currentEtag() {
        return Optional.ofNullable(currentEtag);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
