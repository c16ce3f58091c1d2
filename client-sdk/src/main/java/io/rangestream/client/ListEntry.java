package io.rangestream.client;

/** One line of a list that is rolled up by a delimiter: an object, or what many keys begin with. */
public sealed interface ListEntry permits ListedObject, CommonPrefix {

    /** The key, or the common prefix: what the list is ordered by, in unsigned UTF-8 bytes. */
    String name();
}
