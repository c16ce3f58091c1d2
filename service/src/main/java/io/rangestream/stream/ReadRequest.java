package io.rangestream.stream;

import io.rangestream.condition.Preconditions;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenOptions;
import io.rangestream.store.OpenOptions.Freshness;

import java.util.Optional;

/**
 * A parsed request, of HTTP or gRPC.
 *
 * @param id the requested object
 * @param ranges the requested ranges; empty for the whole object
 * @param preconditions the conditions of the request
 * @param wanted whether bytes or metadata are requested
 * @param noCache whether the client requires a revalidation of cached metadata
 * @param viewer the client by address or name, for the fair sharing of store requests
 */
public record ReadRequest(
        ObjectId id,
        Optional<RangesSpecifier> ranges,
        Preconditions preconditions,
        Wanted wanted,
        boolean noCache,
        String viewer) {

    /** The requested part of an object. */
    public enum Wanted {
        /** Its bytes. */
        BYTES,
        /** Its current version; the bytes may be requested later. */
        METADATA,
        /** All metadata of the store and no bytes, for HEAD and Stat. */
        STAT
    }

    /** A request without a viewer and without a revalidation. */
    public ReadRequest(
            ObjectId id,
            Optional<RangesSpecifier> ranges,
            Preconditions preconditions,
            boolean metadataOnly) {
        this(id, ranges, preconditions, metadataOnly ? Wanted.STAT : Wanted.BYTES, false, "");
    }

    /** A request for the current version of an object, to read ranges of that version later. */
    public static ReadRequest toPin(ObjectId id, Preconditions preconditions) {
        return new ReadRequest(id, Optional.empty(), preconditions, Wanted.METADATA, false, "");
    }

    /** Whether no bytes are requested, or not yet. */
    public boolean metadataOnly() {
        return wanted != Wanted.BYTES;
    }

    /** The same request by the given viewer. */
    public ReadRequest askedBy(String name) {
        return new ReadRequest(id, ranges, preconditions, wanted, noCache, name);
    }

    /** The request to the engine. */
    OpenOptions toOpen() {
        return new OpenOptions(
                id,
                firstWanted(),
                noCache ? Freshness.REVALIDATED : Freshness.LIFETIME,
                wanted == Wanted.STAT,
                viewer);
    }

    /**
     * The range that the engine fetches together with the metadata. Empty if the response probably
     * has no bytes: then the engine requests the metadata alone.
     */
    Optional<RangeSpec> firstWanted() {
        if (metadataOnly() || !preconditions.equals(Preconditions.NONE)) {
            return Optional.empty();
        }
        return Optional.of(
                ranges.map(specifier -> specifier.rangeSet().getFirst()).orElse(RangeSpec.from(0)));
    }
}
