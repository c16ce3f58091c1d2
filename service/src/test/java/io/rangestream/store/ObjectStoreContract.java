package io.rangestream.store;

/**
 * The contract of {@link ObjectStore}, which the test of each backend inherits. A backend that
 * differs by its nature overrides a method and documents the difference.
 */
public abstract class ObjectStoreContract
        implements ObjectReadContract, RepresentationContract, ObjectListingContract {}
