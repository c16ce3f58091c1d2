package io.rangestream.testkit.store;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.CoveringFetch;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A store with objects of any length that consist of {@link PatternBytes} and take no memory. Safe
 * for many threads.
 */
public final class PatternObjectStore implements ObjectStore {
    private static final Instant LAST_MODIFIED = Instant.parse("2024-01-02T03:04:05Z");

    private final Map<String, Long> lengths;

    /**
     * Creates the store.
     *
     * @param lengths the complete length of each object, in bytes, by key
     */
    public PatternObjectStore(Map<String, Long> lengths) {
        this.lengths = Map.copyOf(lengths);
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        Representation representation = head(id);
        if (ifMatch.isPresent() && !ifMatch.equals(representation.entityTag())) {
            throw new Changed(id, "is not " + ifMatch.get());
        }
        return new PatternFetch(representation, wanted.resolve(representation.completeLength()));
    }

    @Override
    public Representation head(ObjectId id) {
        Long length = lengths.get(id.key());
        if (length == null) {
            throw new NotFound(Missing.OBJECT, id);
        }
        Validators validators =
                new Validators(
                        Optional.of(EntityTag.strong("pattern-" + length)),
                        Optional.of(LAST_MODIFIED),
                        LAST_MODIFIED.plusSeconds(3600));
        return new Representation(
                length, validators, Optional.empty(), StoredFields.NONE, Optional.empty());
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return new ObjectListing(List.of(), List.of(), Optional.empty());
    }

    @Override
    public void probe() {
        // Always available.
    }

    @Override
    public void close() {
        // Holds no resource.
    }

    private static final class PatternFetch extends CoveringFetch {
        PatternFetch(Representation representation, Optional<ResolvedRange> covered) {
            super(representation, covered);
        }

        @Override
        protected int fill(byte[] array, int offset, int length, long from) {
            PatternBytes.fill(array, offset, length, from);
            return length;
        }

        @Override
        public void close() {
            // Holds no resource.
        }
    }
}
