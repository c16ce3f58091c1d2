package io.rangestream.stream;

import io.rangestream.condition.Preconditions;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRequest;
import io.rangestream.store.OpenRequest.Freshness;

import java.util.Optional;

/**
 * What a peer asks for, once parsed and before anything is decided.
 *
 * @param id which object
 * @param ranges which bytes; empty for the whole object
 * @param preconditions under which conditions
 * @param metadataOnly whether no bytes are wanted at all, as by HEAD and Stat
 * @param noCache whether the peer wants the store asked, and not what is remembered
 * @param viewer who asks, by address or name, for a fair share of the store
 */
public record ReadRequest(
        ObjectId id,
        Optional<RangesSpecifier> ranges,
        Preconditions preconditions,
        boolean metadataOnly,
        boolean noCache,
        String viewer) {

    /** A request of somebody who says no more than what he wants. */
    public ReadRequest(
            ObjectId id,
            Optional<RangesSpecifier> ranges,
            Preconditions preconditions,
            boolean metadataOnly) {
        this(id, ranges, preconditions, metadataOnly, false, "");
    }

    /** The same, by somebody. */
    public ReadRequest askedBy(String who) {
        return new ReadRequest(id, ranges, preconditions, metadataOnly, noCache, who);
    }

    /** How it is put to the engine. */
    OpenRequest toOpen() {
        return new OpenRequest(
                id,
                firstWanted(),
                noCache ? Freshness.REVALIDATED : Freshness.LIFETIME,
                metadataOnly,
                viewer);
    }

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
