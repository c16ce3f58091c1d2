package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenRead;
import io.rangestream.store.Representation;
import io.rangestream.store.memory.InMemoryObjectStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** What a read does where the store has another version, or does not keep its word. */
class PassThroughVersionsTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final byte[] ALPHABET =
            "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectId ID = ObjectId.of("b", "k");

    private final InMemoryObjectStore memory = InMemoryObjectStore.create(CLOCK);
    private final WatchedStore store = new WatchedStore(memory);
    private final PassThroughReads reads = new PassThroughReads(store, PassThroughReads.IDLE_FETCH);

    @BeforeEach
    void object() {
        memory.put("b", "k", ALPHABET);
    }

    @AfterEach
    void noFetchIsLeftOpen() {
        assertThat(store.opens).noneMatch(WatchedStore.Open::isOpen);
    }

    @Test
    void aKeptVersionIsReadOnAcrossAnOverwrite() {
        InMemoryObjectStore versions = InMemoryObjectStore.keepingVersions(CLOCK);
        Optional<String> version = versions.put("b", "k", ALPHABET).versionId();
        WatchedStore watched = new WatchedStore(versions);
        try (OpenRead read =
                new PassThroughReads(watched, PassThroughReads.IDLE_FETCH)
                        .open(ID, Optional.empty())) {
            versions.put("b", "k", OTHER);
            assertThat(text(read, 0, 4)).isEqualTo("abcde");
        }
        assertThat(watched.opens).extracting(open -> open.id.versionId()).containsExactly(version);
    }

    @Test
    void replacedBetweenMetadataAndFetchIsChanged() {
        try (OpenRead read = reads.open(ID, Optional.empty())) {
            memory.put("b", "k", OTHER);
            read.select(new ByteRange(0, 4));
            assertThatThrownBy(read::advance).isInstanceOf(Changed.class);
        }
    }

    @Test
    void deletedBetweenMetadataAndFetchIsNotFound() {
        try (OpenRead read = reads.open(ID, Optional.empty())) {
            memory.delete("b", "k");
            read.select(new ByteRange(0, 4));
            assertThatThrownBy(read::advance)
                    .isInstanceOfSatisfying(
                            NotFound.class, e -> assertThat(e.missing()).isEqualTo(Missing.OBJECT));
        }
    }

    /** Such a store can't be asked by If-Match: each fetch is looked at before a byte is lent. */
    @Test
    void withoutAStrongTagAnotherVersionIsFoundOutByWhatTheFetchSaysOfItself() {
        for (Optional<EntityTag> tag :
                List.of(Optional.<EntityTag>empty(), Optional.of(new EntityTag("w", true)))) {
            store.opens.clear();
            store.bendRepresentation = representation -> withTag(representation, tag, 26);
            try (OpenRead read = reads.open(ID, Optional.empty())) {
                assertThat(text(read, 0, 4)).isEqualTo("abcde");
                store.bendRepresentation = representation -> withTag(representation, tag, 27);
                read.select(new ByteRange(5, 9));
                assertThatThrownBy(read::advance).isInstanceOf(Changed.class);
            }
            assertThat(store.opens).extracting(open -> open.ifMatch).containsOnly(Optional.empty());
        }
    }

    @Test
    void aStoreThatGivesOtherPositionsThanAskedIsUnavailable() {
        for (Optional<ByteRange> given :
                List.of(
                        Optional.<ByteRange>empty(),
                        Optional.of(ByteRange.whole(26)),
                        Optional.of(new ByteRange(3, 6)),
                        Optional.of(new ByteRange(4, 8)))) {
            store.bendCovered = _ -> given;
            try (OpenRead read = reads.open(ID, Optional.empty())) {
                read.select(new ByteRange(3, 7));
                assertThatThrownBy(read::advance).isInstanceOf(Unavailable.class);
            }
        }
    }

    @Test
    void aFetchThatEndsEarlyIsUnavailableAndNeverAnEnd() {
        store.mostBytesOfRead = 2;
        store.readsBeforeTheEnd = 2;
        try (OpenRead read = reads.open(ID, Optional.of(RangeSpec.from(0)))) {
            read.select(new ByteRange(0, 25));
            assertThat(read.advance()).isTrue();
            assertThat(read.advance()).isTrue();
            assertThatThrownBy(read::advance).isInstanceOf(Unavailable.class);
        }
    }

    private static Representation withTag(
            Representation original, Optional<EntityTag> tag, long completeLength) {
        Validators validators = original.validators();
        return new Representation(
                completeLength,
                new Validators(tag, validators.lastModified(), validators.observedAt()),
                original.versionId(),
                original.fields(),
                original.checksum());
    }

    private static String text(OpenRead read, long firstPos, long lastPos) {
        return new String(bytes(read, firstPos, lastPos), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(OpenRead read, long firstPos, long lastPos) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        read.select(new ByteRange(firstPos, lastPos));
        while (read.advance()) {
            assertThat(read.firstPos()).isEqualTo(firstPos + all.size());
            all.write(read.array(), read.offset(), read.length());
        }
        return all.toByteArray();
    }
}
