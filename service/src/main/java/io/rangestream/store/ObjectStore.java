package io.rangestream.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;

import java.time.Duration;
import java.util.Optional;

/**
 * What a backend gives: one bucket's objects, or, composed, those of several. Safe for use by many
 * threads. All methods block, and throw {@link ObjectStoreException} classified.
 */
public interface ObjectStore extends AutoCloseable {
    /**
     * How long a {@link #probe} may take, with its retries. Health takes a store that is silent for
     * longer for one that can't serve readers.
     */
    Duration LONGEST_PROBE = Duration.ofSeconds(10);

    /**
     * Opens an object for reading.
     *
     * @param id which object; a version makes no difference to {@code ifMatch}
     * @param ifMatch the entity tag that it must have, for a read that goes on
     * @param wanted the bytes wanted; {@link RangeSpec#from from(0)} is all of them. It does not
     *     shorten anything: what is really covered is what the result says
     * @return bytes on their way, to be closed or aborted by the caller. Where nothing can be had
     *     in that range (RFC 9110, section 15.5.17), a fetch that covers nothing, with the
     *     representation
     * @throws ObjectStoreException.NotFound where there is none
     * @throws ObjectStoreException.Changed where {@code ifMatch} is given and does not match
     */
    Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted);

    /**
     * The object's representation, with its checksum where there is one.
     *
     * @throws ObjectStoreException.NotFound where there is none
     */
    Representation head(ObjectId id);

    /**
     * One page of objects and common prefixes. A key that is there throughout a walk over all pages
     * appears exactly once.
     *
     * @throws ObjectStoreException.NotFound where there is no such bucket
     * @throws IllegalArgumentException where the continuation is none of this store's
     */
    ObjectListing list(ObjectListing.Query query);

    /**
     * The same for a caller that may leave.
     *
     * @param cancellation ends the wait, in stores that can end it
     * @throws ReadCancelledException if the wait was ended
     */
    default ObjectListing list(ObjectListing.Query query, Cancellation cancellation) {
        return list(query);
    }

    /**
     * Whether the store of a bucket bounds by itself how many lists there are at once, and refuses
     * more. Others are bounded by the turns at the stores.
     */
    default boolean boundsItsLists(String bucket) {
        return false;
    }

    /** What may be kept of an object of this store, as it is now; all, unless overridden. */
    default Caching caching(ObjectId id, Representation representation) {
        return Caching.LASTING;
    }

    /**
     * Asks whether the store responds and accepts this server.
     *
     * @throws ObjectStoreException.Unavailable if it does not respond, or fails
     * @throws ObjectStoreException.CredentialsRefused if it refuses this server's credentials
     * @throws ObjectStoreException.NotFound if there is no such bucket
     * @throws ObjectStoreException.AccessDenied if this server may not list the bucket, while it
     *     may still be allowed to read objects
     */
    void probe();

    /** Gives up connections and files; idempotent. Fetches that are open may fail from then on. */
    @Override
    void close();
}
