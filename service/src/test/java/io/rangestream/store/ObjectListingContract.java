package io.rangestream.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStoreException.Missing;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The listings of every store: the entries, their order and the pages. */
interface ObjectListingContract extends StoreUnderTest {
    /** U+FFFF is before U+10000 in UTF-8, and after it in the order of {@link String#compareTo}. */
    List<String> KEYS =
            List.of(
                    "a b",
                    "a+b",
                    "a.txt",
                    "a/b.txt",
                    "a/b/c",
                    "a/b0",
                    "a/ÿ",
                    "a0",
                    "100%",
                    "100%25",
                    "q?x=1&y",
                    "h#1",
                    "semi;colon",
                    "quote\"'`<>",
                    "back\\slash",
                    "z\u00fc",
                    "z\ud7ff",
                    "z\ue000/x",
                    "z\uffff",
                    "z\ud800\udc00",
                    "z\ud83d\ude00/y");

    @Test
    default void listsAllKindsOfKeysInUtf8OrderAndReadsThem() {
        List<String> keys = putAll(KEYS.stream());
        List<Entry> listed = list("", "", 1000, Optional.empty()).objects();
        assertThat(listed).extracting(Entry::key).containsExactlyElementsOf(sorted(keys));
        for (Entry entry : listed) {
            Representation head = store().head(id(entry.key()));
            assertThat(entry.completeLength()).isEqualTo(head.completeLength());
            assertThat(entry.entityTag()).isEqualTo(head.entityTag());
            assertThat(entry.lastModified()).isEqualTo(head.validators().lastModified());
            assertThat(read(entry.key(), RangeSpec.from(0)))
                    .isEqualTo(entry.key().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    default void walksEveryKeyAndPrefixOnceForAnyPageSize() {
        List<String> keys = putAll(Stream.concat(KEYS.stream(), randomKeys()));
        for (String delimiter : delimiters()) {
            for (String prefix : new String[] {"", "a", "a/", "a/b", "d1/", "d", "z", "nothing"}) {
                List<String> expected = rolledUp(keys, prefix, delimiter);
                for (int pageSize : new int[] {1, 2, 3, 7, 1000}) {
                    assertThat(walk(prefix, delimiter, pageSize))
                            .as("prefix '%s', delimiter '%s', by %s", prefix, delimiter, pageSize)
                            .containsExactlyElementsOf(expected);
                }
            }
        }
    }

    /** The delimiters that the store supports. */
    default List<String> delimiters() {
        return List.of("", "/", "1", "1/d");
    }

    @Test
    default void rollsUpManyKeysIntoOneCommonPrefix() {
        putAll(IntStream.range(0, 120).mapToObj(i -> "many/" + i));
        putAll(Stream.of("more", "many.txt"));
        assertThat(walk("", "/", 1)).containsExactly("many.txt", "many/", "more");
        assertThat(walk("many/", "/", 50)).hasSize(120).doesNotHaveDuplicates();
    }

    @Test
    default void listsLastingKeysOnceWhileOthersChange() {
        putAll(Stream.of("b", "d", "f", "h"));
        ObjectListing first = list("", "", 2, Optional.empty());
        assertThat(names(first)).containsExactly("b", "d");
        delete("d");
        putAll(Stream.of("a", "c", "e"));
        assertThat(names(list("", "", 1000, first.next()))).containsExactly("e", "f", "h");
    }

    @Test
    default void emptyBucketOrPrefixHasOneEmptyPage() {
        assertThat(list("", "", 10, Optional.empty()))
                .isEqualTo(new ObjectListing(List.of(), List.of(), Optional.empty()));
        putAll(Stream.of("a"));
        assertThat(list("b", "/", 10, Optional.empty()))
                .isEqualTo(new ObjectListing(List.of(), List.of(), Optional.empty()));
    }

    @Test
    default void rejectsForeignPageToken() {
        putAll(Stream.of("a", "b"));
        for (String foreign : new String[] {"garbage!", "%", "\u00fc"}) {
            assertThatThrownBy(() -> list("", "", 10, Optional.of(foreign)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void missingBucketIsNotListed() {
        Query query = new Query("no-such-bucket", "", "", 10, Optional.empty());
        storeOfMissingBucket()
                .ifPresent(
                        store ->
                                assertThatThrownBy(() -> store.list(query))
                                        .satisfies(RepresentationContract.missing(Missing.BUCKET)));
    }

    private List<String> putAll(Stream<String> keys) {
        List<String> held = keys.filter(this::canHold).distinct().toList();
        held.forEach(key -> put(key, key.getBytes(StandardCharsets.UTF_8)));
        return held;
    }

    /** Folders are named d…, files f…, so that no name is both. */
    private static Stream<String> randomKeys() {
        Random random = new Random(20260107);
        return Stream.generate(
                        () ->
                                ("d" + random.nextInt(3) + "/").repeat(random.nextInt(3))
                                        + "f"
                                        + random.nextInt(20))
                .limit(60);
    }

    private List<String> walk(String prefix, String delimiter, int pageSize) {
        List<String> all = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            ObjectListing page = list(prefix, delimiter, pageSize, next);
            List<String> names = names(page);
            assertThat(names).hasSizeLessThanOrEqualTo(pageSize);
            assertThat(Collections.disjoint(all, names)).as("%s after %s", names, all).isTrue();
            all.addAll(names);
            next = page.next();
        } while (next.isPresent());
        return all;
    }

    private ObjectListing list(
            String prefix, String delimiter, int pageSize, Optional<String> continuation) {
        return store().list(new Query(BUCKET, prefix, delimiter, pageSize, continuation));
    }

    /**
     * The keys and common prefixes of a page, merged in order. Each list must be sorted already.
     */
    private static List<String> names(ObjectListing page) {
        List<String> keys = page.objects().stream().map(Entry::key).toList();
        assertThat(keys).isEqualTo(sorted(keys));
        assertThat(page.commonPrefixes()).isEqualTo(sorted(page.commonPrefixes()));
        return sorted(Stream.concat(keys.stream(), page.commonPrefixes().stream()).toList());
    }

    private static List<String> rolledUp(List<String> keys, String prefix, String delimiter) {
        TreeSet<String> names = new TreeSet<>(ObjectListingContract::compareBytes);
        for (String key : keys) {
            int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            if (key.startsWith(prefix)) {
                names.add(at < 0 ? key : key.substring(0, at + delimiter.length()));
            }
        }
        return List.copyOf(names);
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted(ObjectListingContract::compareBytes).toList();
    }

    private static int compareBytes(String a, String b) {
        return Arrays.compareUnsigned(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
