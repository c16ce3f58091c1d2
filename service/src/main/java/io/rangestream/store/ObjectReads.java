package io.rangestream.store;

/**
 * What a face is given: reads of objects, wherever their bytes come from. Safe for many threads.
 */
public interface ObjectReads {

    /**
     * Opens an object, pinned to the version found.
     *
     * @return to be closed by the caller
     * @throws ObjectStoreException.NotFound where there is none
     * @throws OverloadedException where we can't do more at once
     */
    OpenRead open(OpenRequest request);

    /** One page of objects, as {@link ObjectStore#list}. */
    ObjectListing list(ObjectListing.Query query);
}
