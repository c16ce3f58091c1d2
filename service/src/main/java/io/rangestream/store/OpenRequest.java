package io.rangestream.store;

import io.rangestream.range.RangeSpec;

import java.util.Optional;

/**
 * What a face wants opened.
 *
 * @param id which object
 * @param firstWanted the bytes that will most likely be read: what is not known of the object then
 *     comes with them. Empty where it is open whether any will: then by a request of its own
 * @param freshness how old what is known of the object may be
 * @param withChecksum whether the store's own checksum is wanted, which no read brings along
 * @param viewer who asks, so that none takes more than a fair share of the store; an address or a
 *     principal's name
 */
public record OpenRequest(
        ObjectId id,
        Optional<RangeSpec> firstWanted,
        Freshness freshness,
        boolean withChecksum,
        String viewer) {

    /** How old what is known of an object may be. */
    public enum Freshness {
        /** Its configured lifetime. */
        LIFETIME,
        /** About a second at the most, and less where the lifetime is: a peer said no-cache. */
        REVALIDATED,
        /** Asked of the store from now on: what says no must not come from what we remember. */
        ASKED_NOW
    }

    /** The same, asked of the store from now on. */
    public OpenRequest askedNow() {
        return new OpenRequest(id, firstWanted, Freshness.ASKED_NOW, withChecksum, viewer);
    }
}
