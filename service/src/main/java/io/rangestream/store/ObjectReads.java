package io.rangestream.store;

/**
 * Opens and lists objects on behalf of the HTTP and gRPC endpoints, regardless of where the bytes
 * come from: memory, disk or a store. Safe for use by many threads.
 */
public interface ObjectReads {

    /**
     * Opens an object, pinned to its current version.
     *
     * @param cancellation ends the wait of this call; it has no effect on the returned read
     * @return the read, which the caller closes
     * @throws ObjectStoreException.NotFound if the object does not exist
     * @throws OverloadedException if a limit of this server is reached
     * @throws ReadCancelledException if the wait was cancelled
     */
    ReadHandle open(OpenOptions request, Cancellation cancellation);

    /** The same without cancellation: the caller waits for as long as it takes. */
    default ReadHandle open(OpenOptions request) {
        return open(request, new Cancellation());
    }

    /** One page of objects, as {@link ObjectStore#list}. */
    ObjectListing list(ObjectListing.Query query);

    /** One page of objects, as {@link ObjectStore#list(ObjectListing.Query, Cancellation)}. */
    default ObjectListing list(ObjectListing.Query query, Cancellation cancellation) {
        return list(query);
    }
}
