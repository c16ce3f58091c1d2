package io.rangestream.store;

import io.rangestream.range.RangeSpec;

import java.util.Optional;

/**
 * How the HTTP or gRPC endpoint wants an object opened.
 *
 * @param id the object
 * @param firstWanted the bytes that will most likely be read; the request to the store that fetches
 *     them also fetches missing metadata. Empty if it is not known whether any byte will be read;
 *     the metadata then takes a request of its own
 * @param freshness how old cached metadata may be
 * @param withChecksum whether the store's checksum is needed, which only a metadata request returns
 * @param viewer the client, for the fair share of store requests: an address or a principal's name
 */
public record OpenOptions(
        ObjectId id,
        Optional<RangeSpec> firstWanted,
        Freshness freshness,
        boolean withChecksum,
        String viewer) {

    /** How old cached metadata of an object may be. */
    public enum Freshness {
        /** The configured time to live. */
        LIFETIME,
        /**
         * At most about one second, or the configured time to live if that is shorter: the client
         * sent no-cache.
         */
        REVALIDATED,
        /**
         * Not cached at all: the metadata must be requested from the store after this moment. A
         * response that denies access or existence must not be based on cached metadata.
         */
        ASKED_NOW
    }

    /** The same with {@link Freshness#ASKED_NOW}. */
    public OpenOptions askedNow() {
        return new OpenOptions(id, firstWanted, Freshness.ASKED_NOW, withChecksum, viewer);
    }
}
