package io.rangestream.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;

import java.time.Duration;
import java.util.Optional;

/**
 * A storage backend: one bucket, or several buckets behind one interface. The engine reads from it.
 * Safe for use by many threads. All methods block. They report failures as {@link
 * ObjectStoreException}, which is classified.
 */
public interface ObjectStore extends AutoCloseable {
    /**
     * The longest time that a {@link #probe} may take, including its retries. The health check
     * reports a store that is silent for longer as unable to serve.
     */
    Duration LONGEST_PROBE = Duration.ofSeconds(10);

    /**
     * Opens an object for reading.
     *
     * @param id the object; {@code ifMatch} is compared for a given version too
     * @param ifMatch the required entity tag, for a read that resumes
     * @param wanted the requested bytes; {@link RangeSpec#from from(0)} requests all of them.
     *     {@link Fetch#covered} of the result says which of them exist
     * @return the open response, which the caller closes or aborts. If the range cannot be
     *     satisfied (RFC 9110, section 15.5.17), it covers no byte and still has the representation
     * @throws ObjectStoreException.NotFound if the object does not exist
     * @throws ObjectStoreException.Changed if {@code ifMatch} is given and does not match
     * @throws ReadCancelledException if the thread is interrupted while it waits for the store
     */
    Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted);

    /**
     * Looks up the object's metadata, with the store's checksum if it keeps one.
     *
     * @throws ObjectStoreException.NotFound if the object does not exist
     * @throws ReadCancelledException if the thread is interrupted while it waits for the store
     */
    Representation head(ObjectId id);

    /**
     * Lists one page of objects and common prefixes. A key that exists during the whole walk over
     * all pages appears exactly once.
     *
     * @throws ObjectStoreException.NotFound if the bucket does not exist
     * @throws IllegalArgumentException if the page token was not made by this store
     * @throws ReadCancelledException if the thread is interrupted while it waits for the store
     */
    ObjectListing list(ObjectListing.Query query);

    /**
     * The same with cancellation.
     *
     * @param cancellation ends the wait, in stores that support it
     * @throws ReadCancelledException if the wait was cancelled
     */
    default ObjectListing list(ObjectListing.Query query, Cancellation cancellation) {
        return list(query);
    }

    /**
     * Whether the store of a bucket limits the number of concurrent listings itself and refuses
     * more. Listings of other stores need a permit for a store request.
     */
    default boolean boundsItsLists(String bucket) {
        return false;
    }

    /**
     * How long an object of this store may be cached, given its current representation. The default
     * is {@link Caching#LASTING}.
     */
    default Caching caching(ObjectId id, Representation representation) {
        return Caching.LASTING;
    }

    /**
     * Checks that the store responds and accepts this server.
     *
     * @throws ObjectStoreException.Unavailable if it does not respond, or fails
     * @throws ObjectStoreException.CredentialsRefused if it refuses this server's credentials
     * @throws ObjectStoreException.NotFound if the bucket does not exist
     * @throws ObjectStoreException.AccessDenied if this server may not list the bucket; it may
     *     still be allowed to read objects
     */
    void probe();

    /** Closes connections and files. Idempotent. Open fetches may fail from then on. */
    @Override
    void close();
}
