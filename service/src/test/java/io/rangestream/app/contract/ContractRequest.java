package io.rangestream.app.contract;

import io.rangestream.app.ServedEndpoints;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request of the contract suite, independent of the protocol.
 *
 * @param ifMatch condition in the syntax of the If-Match field
 */
public record ContractRequest(
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

    public static ContractRequest of(String key) {
        return new ContractRequest(
                ServedEndpoints.FILMS, key, Optional.empty(), new Whole(), Optional.empty());
    }

    ContractRequest in(String otherBucket) {
        return new ContractRequest(otherBucket, key, versionId, range, ifMatch);
    }

    public ContractRequest from(long firstPos) {
        return range(new IntRange(firstPos, OptionalLong.empty()));
    }

    ContractRequest range(long firstPos, long lastPos) {
        return range(new IntRange(firstPos, OptionalLong.of(lastPos)));
    }

    ContractRequest suffix(long length) {
        return range(new Suffix(length));
    }

    private ContractRequest range(Range newRange) {
        return new ContractRequest(bucket, key, versionId, newRange, ifMatch);
    }

    ContractRequest ifMatch(String tag) {
        return new ContractRequest(bucket, key, versionId, range, Optional.of(tag));
    }

    ContractRequest version(String id) {
        return new ContractRequest(bucket, key, Optional.of(id), range, ifMatch);
    }
}
