package io.rangestream.store;

import io.rangestream.range.RangeSpec;

import java.util.Optional;

/**
 * What a face is given: reads of objects, wherever their bytes come from. Safe for many threads.
 */
public interface ObjectReads {

    /**
     * Opens an object, pinned to the version found.
     *
     * @param id which object
     * @param firstWanted the bytes that will most likely be read: what is not known of the object
     *     then comes with them. Empty where it is open whether any will: then by a request of its
     *     own
     * @return to be closed by the caller
     * @throws ObjectStoreException.NotFound where there is none
     */
    OpenRead open(ObjectId id, Optional<RangeSpec> firstWanted);

    /** One page of objects, as {@link ObjectStore#list}. */
    ObjectListing list(ObjectListing.Query query);
}
