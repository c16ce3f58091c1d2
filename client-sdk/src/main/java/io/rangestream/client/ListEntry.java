package io.rangestream.client;

/** One line of a list that is rolled up by a delimiter: an object, or what many keys begin with. */
public sealed interface ListEntry permits ListedObject, CommonPrefix {

    /**
     * What the list is ordered by, in unsigned UTF-8 bytes.
     *
     * @return the key, or the common prefix
     */
    String name();
}
