package io.rangestream.stream;

import io.rangestream.condition.Preconditions;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;

import java.util.Optional;

/**
 * What a peer asks for, once parsed and before anything is decided.
 *
 * @param id which object
 * @param ranges which bytes; empty for the whole object
 * @param preconditions under which conditions
 * @param metadataOnly whether no bytes are wanted at all, as by HEAD and Stat
 */
public record ReadRequest(
        ObjectId id,
        Optional<RangesSpecifier> ranges,
        Preconditions preconditions,
        boolean metadataOnly) {

    /**
     * The bytes that a first fetch should bring along with the metadata. Empty where it is likely
     * that none will be wanted: then the metadata is asked for alone.
     */
    Optional<RangeSpec> firstWanted() {
        if (metadataOnly || !preconditions.equals(Preconditions.NONE)) {
            return Optional.empty();
        }
        return Optional.of(
                ranges.map(specifier -> specifier.rangeSet().getFirst()).orElse(RangeSpec.from(0)));
    }
}
