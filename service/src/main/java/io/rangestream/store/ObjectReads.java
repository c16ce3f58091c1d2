package io.rangestream.store;

/**
 * What a face is given: reads of objects, wherever their bytes come from. Safe for many threads.
 */
public interface ObjectReads {

    /**
     * Opens an object, pinned to the version found.
     *
     * @param cancellation ends the wait for it, and says nothing of what was opened
     * @return to be closed by the caller
     * @throws ObjectStoreException.NotFound where there is none
     * @throws OverloadedException where we can't do more at once
     * @throws ReadCancelledException where the wait was ended
     */
    OpenRead open(OpenRequest request, Cancellation cancellation);

    /** The same, of somebody who waits as long as it takes. */
    default OpenRead open(OpenRequest request) {
        return open(request, new Cancellation());
    }

    /** One page of objects, as {@link ObjectStore#list}. */
    ObjectListing list(ObjectListing.Query query);

    /** One page of objects, as {@link ObjectStore#list(ObjectListing.Query, Cancellation)}. */
    default ObjectListing list(ObjectListing.Query query, Cancellation cancellation) {
        return list(query);
    }
}
