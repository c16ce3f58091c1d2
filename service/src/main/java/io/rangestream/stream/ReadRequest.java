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
 * @param wanted what of the object
 * @param noCache whether the peer wants the store asked, and not what is remembered
 * @param viewer who asks, by address or name, for a fair share of the store
 */
public record ReadRequest(
        ObjectId id,
        Optional<RangesSpecifier> ranges,
        Preconditions preconditions,
        Wanted wanted,
        boolean noCache,
        String viewer) {

    /** What of an object a peer wants. */
    public enum Wanted {
        /** Bytes of it. */
        BYTES,
        /** What it is now; bytes may be asked for later. */
        METADATA,
        /** All that the store knows of it and no bytes, as by HEAD and Stat. */
        STAT
    }

    /** A request of somebody who says no more than what he wants. */
    public ReadRequest(
            ObjectId id,
            Optional<RangesSpecifier> ranges,
            Preconditions preconditions,
            boolean metadataOnly) {
        this(id, ranges, preconditions, metadataOnly ? Wanted.STAT : Wanted.BYTES, false, "");
    }

    /** What an object is of which ranges are going to be read. */
    public static ReadRequest toPin(ObjectId id, Preconditions preconditions) {
        return new ReadRequest(id, Optional.empty(), preconditions, Wanted.METADATA, false, "");
    }

    /** Whether no bytes are wanted, or not yet. */
    public boolean metadataOnly() {
        return wanted != Wanted.BYTES;
    }

    /** The same, by somebody. */
    public ReadRequest askedBy(String who) {
        return new ReadRequest(id, ranges, preconditions, wanted, noCache, who);
    }

    /** How it is put to the engine. */
    OpenRequest toOpen() {
        return new OpenRequest(
                id,
                firstWanted(),
                noCache ? Freshness.REVALIDATED : Freshness.LIFETIME,
                wanted == Wanted.STAT,
                viewer);
    }

    /**
     * The bytes that a first fetch should bring along with the metadata. Empty where it is likely
     * that none will be wanted: then the metadata is asked for alone.
     */
    Optional<RangeSpec> firstWanted() {
        if (metadataOnly() || !preconditions.equals(Preconditions.NONE)) {
            return Optional.empty();
        }
        return Optional.of(
                ranges.map(specifier -> specifier.rangeSet().getFirst()).orElse(RangeSpec.from(0)));
    }
}
