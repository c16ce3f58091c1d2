package io.rangestream.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The metadata of every store, and its failures for missing and changed objects. */
interface RepresentationContract extends StoreUnderTest {

    @Test
    default void headAndOpenAgreeExceptForChecksum() {
        put("a.txt", ALPHABET);
        Representation head = store().head(id("a.txt"));
        try (Fetch fetch = store().open(id("a.txt"), Optional.empty(), RangeSpec.of(2, 3))) {
            Representation open = fetch.representation();
            assertThat(open.isSameVersionAs(head)).isTrue();
            assertThat(open.fields()).isEqualTo(head.fields());
            assertThat(open.checksum()).isEmpty();
        }
        assertThat(head.completeLength()).isEqualTo(26);
    }

    @Test
    default void tagIsStrongAndDateIsPastInWholeSeconds() {
        put("a", ALPHABET);
        Representation head = store().head(id("a"));
        assertThat(head.entityTag()).hasValueSatisfying(tag -> assertThat(tag.weak()).isFalse());
        Instant lastModified = head.validators().lastModified().orElseThrow();
        assertThat(lastModified).isEqualTo(lastModified.truncatedTo(ChronoUnit.SECONDS));
        assertThat(head.validators().observedAt())
                .isBetween(lastModified, lastModified.plus(Duration.ofMinutes(1)));
    }

    @Test
    default void readsIfTagMatches() {
        put("a", ALPHABET);
        Optional<EntityTag> tag = store().head(id("a")).entityTag();
        try (Fetch fetch = store().open(id("a"), tag, RangeSpec.of(24, 99))) {
            assertThat(StoreUnderTest.readAll(fetch)).containsExactly('y', 'z');
            assertThat(fetch.representation().entityTag()).isEqualTo(tag);
        }
    }

    @Test
    default void mismatchedTagIsChangedForAnyRange() {
        put("a", ALPHABET);
        Optional<EntityTag> wrong = Optional.of(EntityTag.strong("wrong"));
        assertThatThrownBy(() -> store().open(id("a"), wrong, RangeSpec.from(0)))
                .isInstanceOf(Changed.class);
        assertThatThrownBy(() -> store().open(id("a"), wrong, RangeSpec.of(0, 3)))
                .isInstanceOf(Changed.class);
        assertThatThrownBy(() -> store().open(id("a"), wrong, RangeSpec.suffix(0)))
                .isInstanceOf(Changed.class);
        assertThatThrownBy(() -> store().open(id("a"), wrong, RangeSpec.from(1000)))
                .isInstanceOf(Changed.class);
    }

    @Test
    default void objectOverwrittenAfterHeadIsChanged() {
        put("a", ALPHABET);
        Optional<EntityTag> before = store().head(id("a")).entityTag();
        put("a", "zyxwvutsrqponmlkjihgfedcba".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> store().open(id("a"), before, RangeSpec.from(5)))
                .isInstanceOf(Changed.class);
        assertThat(read("a", RangeSpec.of(0, 2))).containsExactly('z', 'y', 'x');
    }

    @Test
    default void missingObjectIsNotFound() {
        put("a", ALPHABET);
        delete("a");
        for (String key : new String[] {"a", "b", "a/b", "no/such/folder"}) {
            assertThatThrownBy(() -> store().head(id(key))).satisfies(missing(Missing.OBJECT));
            assertThatThrownBy(open(store(), id(key))).satisfies(missing(Missing.OBJECT));
        }
    }

    @Test
    default void deletedObjectIsNotFoundWithIfMatch() {
        put("a", ALPHABET);
        Optional<EntityTag> tag = store().head(id("a")).entityTag();
        delete("a");
        assertThatThrownBy(() -> store().open(id("a"), tag, RangeSpec.from(0)))
                .satisfies(missing(Missing.OBJECT));
    }

    @Test
    default void missingBucketIsNotFound() {
        storeOfMissingBucket()
                .ifPresent(
                        none -> {
                            ObjectId id = ObjectId.of("no-such-bucket", "a");
                            assertThatThrownBy(open(none, id)).satisfies(missing(Missing.BUCKET));
                            assertThatThrownBy(() -> none.head(id)).isInstanceOf(NotFound.class);
                        });
    }

    @Test
    default void missingVersionIsNotFound() {
        put("a", ALPHABET);
        for (String version : new String[] {"5f5f1e3c-4f6c-4be1-9e1c-0d9c4b8f6a11", "garbage"}) {
            ObjectId id = new ObjectId(BUCKET, "a", Optional.of(version));
            assertThatThrownBy(() -> store().head(id)).satisfies(missing(Missing.VERSION));
            assertThatThrownBy(open(store(), id)).satisfies(missing(Missing.VERSION));
        }
    }

    @Test
    default void availableStoreRespondsToProbe() {
        store().probe();
    }

    private static ThrowingCallable open(ObjectStore store, ObjectId id) {
        return () -> store.open(id, Optional.empty(), RangeSpec.from(0));
    }

    static ThrowingConsumer<Throwable> missing(Missing what) {
        return thrown ->
                assertThat(thrown)
                        .isInstanceOfSatisfying(
                                NotFound.class, e -> assertThat(e.missing()).isEqualTo(what));
    }
}
