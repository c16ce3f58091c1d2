package io.rangestream.store.memory;

import io.rangestream.store.ListingPage;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.Representation;

import java.time.Clock;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/** Walks the objects of one bucket that are in sight. */
final class InMemoryCursor implements ListingPage.Cursor {
    private NavigableMap<String, StoredObject> ahead;
    private final Clock clock;

    InMemoryCursor(NavigableMap<String, StoredObject> objects, Clock clock) {
        this.ahead = objects;
        this.clock = clock;
    }

    @Override
    public void skipTo(String key) {
        ahead = ahead.tailMap(key, true);
    }

    @Override
    public Optional<Entry> next() {
        for (Map.Entry<String, StoredObject> object : ahead.entrySet()) {
            Optional<StoredObject.Version> version = object.getValue().current(clock.instant());
            if (version.isPresent()) {
                ahead = ahead.tailMap(object.getKey(), false);
                return Optional.of(entry(object.getKey(), version.get().representation()));
            }
        }
        return Optional.empty();
    }

    private static Entry entry(String key, Representation representation) {
        return new Entry(
                key,
                representation.completeLength(),
                representation.entityTag(),
                representation.validators().lastModified());
    }
}
