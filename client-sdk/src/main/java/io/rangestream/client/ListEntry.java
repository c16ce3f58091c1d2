package io.rangestream.client;

import java.util.Optional;

/**
 * An entry of a list with a delimiter: a {@link ListedObject} or a {@link CommonPrefix}. Later
 * versions of the SDK may add other kinds.
 */
public interface ListEntry {
    /**
     * The text that the list is sorted by, in the order of its UTF-8 bytes.
     *
     * @return the object's key, or the common prefix
     */
    String name();

    /**
     * The object.
     *
     * @return empty if the entry is not an object
     */
    default Optional<ListedObject> object() {
        return Optional.empty();
    }
}
