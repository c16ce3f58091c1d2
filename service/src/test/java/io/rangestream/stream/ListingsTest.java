package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.engine.BlockEngine;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.limit.StoreLimiter;
import io.rangestream.engine.limit.StoreLimits;
import io.rangestream.store.KeyOrder;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.memory.InMemoryObjectStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

class ListingsTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    private final InMemoryObjectStore store = InMemoryObjectStore.create(CLOCK);
    private final BlockEngine engine =
            new BlockEngine(
                    store,
                    new StoreLimiter(1, StoreLimits.DEFAULT_LONGEST_WAIT),
                    EngineConfig.ofMemory(1024 * 1024));
    private final Listings listings = listings(List.of("b"));

    private Listings listings(Collection<String> buckets) {
        TreeSet<String> names = new TreeSet<>(KeyOrder.UTF_8_BYTES);
        names.addAll(buckets);
        return new Listings(engine, names);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void put(String... keys) {
        for (String key : keys) {
            store.put("b", key, new byte[1]);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1000", "1, 1", "999, 999", "1000, 1000", "1001, 1000", "2147483647, 1000"})
    void clampsPageSize(int asked, int given) {
        store.createBucket("b");
        for (int i = 0; i < 1100; i++) {
            put("k" + i);
        }
        assertThat(listings.objects("b", "", "", asked, "").listing().objects()).hasSize(given);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            names.add("bucket" + i);
        }
        assertThat(listings(names).buckets(asked, "").buckets()).hasSize(given);
    }

    @ParameterizedTest
    @CsvSource({"-1", "-2147483648"})
    void rejectsNegativePageSize(int pageSize) {
        assertInvalid("page_size", () -> listings.objects("b", "", "", pageSize, ""));
        assertInvalid("page_size", () -> listings.buckets(pageSize, ""));
    }

    @Test
    void rejectsLongPrefixAndDelimiter() {
        store.createBucket("b");
        String longest = "\u00E9".repeat(512);
        assertThat(listings.objects("b", longest, longest, 0, "").listing().objects()).isEmpty();
        assertInvalid("prefix", () -> listings.objects("b", longest + "a", "", 0, ""));
        assertInvalid("delimiter", () -> listings.objects("b", "", longest + "a", 0, ""));
    }

    @Test
    void listsObjectsInUtf8Order() {
        // In UTF-16 order the clapper board would precede the private use character.
        put("\uE000", "\uD83C\uDFAC", "b", "a/2", "a/1", "A", "\u00E9");
        assertThat(walk("", "", 2))
                .containsExactly("A", "a/1", "a/2", "b", "\u00E9", "\uE000", "\uD83C\uDFAC");
    }

    @Test
    void countsObjectsAndPrefixesOnce() {
        put("a", "d/1", "d/2", "d/3/x", "e/1", "f");
        Listings.ObjectPage page = listings.objects("b", "", "/", 2, "");
        assertThat(page.listing().objects()).extracting(Entry::key).containsExactly("a");
        assertThat(page.listing().commonPrefixes()).containsExactly("d/");
        assertThat(walk("", "/", 1)).containsExactly("a", "d/", "e/", "f");
        assertThat(walk("d/", "/", 1)).containsExactly("d/1", "d/2", "d/3/");
    }

    @Test
    void fullLastPageHasNoNextToken() {
        put("a", "b");
        assertThat(listings.objects("b", "", "", 2, "").nextPageToken()).isEmpty();
        assertThat(listings.objects("b", "", "", 1, "").nextPageToken()).isNotEmpty();
        assertThat(listings(List.of("a", "b")).buckets(2, "").nextPageToken()).isEmpty();
    }

    @Test
    void tokenIsBoundToBucketPrefixAndDelimiter() {
        put("a", "b", "c");
        store.put("other", "a", new byte[1]);
        String token = listings.objects("b", "", "", 1, "").nextPageToken();
        assertThat(listings.objects("b", "", "", 2, token).listing().objects())
                .extracting(Entry::key)
                .containsExactly("b", "c");
        assertInvalid("page_token", () -> listings.objects("other", "", "", 1, token));
        assertInvalid("page_token", () -> listings.objects("b", "a", "", 1, token));
        assertInvalid("page_token", () -> listings.objects("b", "", "/", 1, token));
        assertInvalid("page_token", () -> listings.objects("b", "", "", 1, token + "A"));
        assertInvalid("page_token", () -> listings.objects("b", "", "", 1, "damaged"));
        assertInvalid("page_token", () -> listings.buckets(1, token));
        String bucketToken = listings(List.of("a", "b")).buckets(1, "").nextPageToken();
        assertInvalid("page_token", () -> listings.objects("b", "", "", 1, bucketToken));
    }

    @Test
    void tokenScopeIsUnambiguous() {
        put("a", "b");
        String token = listings.objects("b", "", "\0/", 1, "").nextPageToken();
        assertInvalid("page_token", () -> listings.objects("b", "\0", "/", 1, token));
    }

    @Test
    void unknownBucketIsNotFound() {
        assertThatThrownBy(() -> listings.objects("none", "", "", 0, ""))
                .isInstanceOf(NotFound.class);
    }

    @Test
    void listsBucketsInOrder() {
        Listings many = listings(List.of("c", "a", "\uE000", "b", "\uD83C\uDFAC"));
        assertThat(walkBuckets(many, 2)).containsExactly("a", "b", "c", "\uE000", "\uD83C\uDFAC");
        assertThat(listings(List.of()).buckets(0, "").buckets()).isEmpty();
    }

    @Test
    void continuesAfterRemovedBucket() {
        String token = listings(List.of("a", "b", "c", "d")).buckets(2, "").nextPageToken();
        assertThat(listings(List.of("a", "c", "d")).buckets(2, token).buckets())
                .containsExactly("c", "d");
        assertThat(listings(List.of("a")).buckets(2, token).buckets()).isEmpty();
    }

    private List<String> walk(String prefix, String delimiter, int pageSize) {
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            Listings.ObjectPage page = listings.objects("b", prefix, delimiter, pageSize, token);
            List<String> names = new ArrayList<>(page.listing().commonPrefixes());
            page.listing().objects().forEach(entry -> names.add(entry.key()));
            names.sort(KeyOrder.UTF_8_BYTES);
            seen.addAll(names);
            token = page.nextPageToken();
        } while (!token.isEmpty());
        return seen;
    }

    private static List<String> walkBuckets(Listings listings, int pageSize) {
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            Listings.BucketPage page = listings.buckets(pageSize, token);
            seen.addAll(page.buckets());
            token = page.nextPageToken();
        } while (!token.isEmpty());
        return seen;
    }

    private static void assertInvalid(String field, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e ->
                                assertThat(e.violations())
                                        .singleElement()
                                        .extracting(InvalidRequestException.Violation::field)
                                        .isEqualTo(field));
    }
}
