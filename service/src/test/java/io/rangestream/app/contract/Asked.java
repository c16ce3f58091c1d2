package io.rangestream.app.contract;

import io.rangestream.app.ServedFaces;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request of the contract suite, independent of the protocol.
 *
 * @param ifMatch condition in the syntax of the If-Match field
 */
public record Asked(
        String bucket,
        String key,
        Optional<String> versionId,
        Range range,
        Optional<String> ifMatch) {

    /** The requested bytes. Unchecked, so that a case can request an invalid range. */
    sealed interface Range {}

    record Whole() implements Range {}

    record IntRange(long firstPos, OptionalLong lastPos) implements Range {}

    record Suffix(long length) implements Range {}

    public static Asked of(String key) {
        return new Asked(ServedFaces.FILMS, key, Optional.empty(), new Whole(), Optional.empty());
    }

    Asked in(String otherBucket) {
        return new Asked(otherBucket, key, versionId, range, ifMatch);
    }

    public Asked from(long firstPos) {
        return range(new IntRange(firstPos, OptionalLong.empty()));
    }

    Asked range(long firstPos, long lastPos) {
        return range(new IntRange(firstPos, OptionalLong.of(lastPos)));
    }

    Asked suffix(long length) {
        return range(new Suffix(length));
    }

    private Asked range(Range newRange) {
        return new Asked(bucket, key, versionId, newRange, ifMatch);
    }

    Asked ifMatch(String tag) {
        return new Asked(bucket, key, versionId, range, Optional.of(tag));
    }

    Asked version(String id) {
        return new Asked(bucket, key, Optional.of(id), range, ifMatch);
    }
}
