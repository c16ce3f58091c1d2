package io.rangestream.store;

/**
 * The contract of {@link ObjectStore}, for each backend to inherit. Where one differs by its
 * nature, it overrides the test by name and says what it does instead.
 */
public abstract class ObjectStoreContract
        implements ObjectReadContract, RepresentationContract, ObjectListingContract {}
