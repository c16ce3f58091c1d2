package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Mistakes in the sections cache, store and log are reported with the key and the value. */
class TuningMistakesTest {
    private static final String GOOD_BUCKETS = "buckets: { d: { s3: { bucket: x } } }\n";

    @TempDir private Path folder;

    @AfterEach
    void clearProperties() {
        System.clearProperty("cache.memory");
    }

    /** Reads a file with one setting; each dot of the key opens a nested section. */
    private Tuning read(String key, String value) throws IOException {
        Path file = folder.resolve("films.yaml");
        String[] names = key.split("\\.");
        String line = String.join(": { ", names) + ": " + value + " }".repeat(names.length - 1);
        Files.writeString(file, GOOD_BUCKETS + line);
        return new ConfigReader(Map.of())
                .read(Optional.of(file), new TreeMap<>(), Optional.empty())
                .tuning();
    }

    private void assertSays(String key, String value, String expected) {
        assertThatThrownBy(() -> read(key, value))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        folder.resolve("films.yaml")
                                + ": "
                                + key
                                + ": expected "
                                + expected
                                + ", but found \""
                                + value
                                + "\".");
    }

    @ParameterizedTest
    @CsvSource({
        "cache.memory, 1048576",
        "cache.disk.size, 1048576",
        "cache.read-ahead.first-fetch, 1",
        "cache.read-ahead.longest-fetch, 262144",
        "cache.read-ahead.least, 1",
        "cache.read-ahead.most, 131072",
    })
    void rejectsMalformedOrOutOfBoundsSize(String key, long least) {
        for (String value :
                new String[] {
                    "much",
                    "-1",
                    "-64 MiB",
                    "0",
                    "1.5.1",
                    "64 MB of it",
                    "64 miles",
                    "" + (least - 1)
                }) {
            assertSays(key, value, "a size as in 64 MiB or 2 GiB, at least " + least + " bytes");
        }
        for (String value : new String[] {"1025 TiB", "7 EiB"}) {
            assertSays(key, value, "a size as in 64 MiB or 2 GiB, at most 1 PiB");
        }
        assertThatThrownBy(() -> read(key, "9223372036854775808"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(key, "9223372036854775808");
    }

    @ParameterizedTest
    @CsvSource({
        "cache.metadata-ttl, PT0S",
        "cache.memory-wait, PT0S",
        "store.request-wait, PT0.001S",
        "store.idle-fetch, PT0.001S",
        "first-byte-deadline, PT0.001S",
    })
    void rejectsMalformedOrOutOfBoundsDuration(String key, String least) {
        for (String value :
                new String[] {
                    "soon", "2", "2s", "PT", "PT-0.001S", "-PT2S", "P1Y", "99999999999"
                }) {
            assertSays(key, value, "a time as in PT30S or PT1H, " + least + " or longer");
        }
        for (String value : new String[] {"P36501D", "PT9223372036S", "P106751991167300D"}) {
            assertSays(key, value, "a time as in PT30S or PT1H, a hundred years or shorter");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"store.request-wait", "store.idle-fetch"})
    void rejectsZeroDuration(String key) {
        assertSays(key, "PT0S", "a time as in PT30S or PT1H, PT0.001S or longer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "193", "256", "10000", "99999999999", "1.5", "many", "6 4"})
    void rejectsRequestLimitOutOfBounds(String value) {
        assertSays("store.max-requests", value, "a whole number from 1 to 192");
    }

    @Test
    void rejectsMoreMemoryThanThreeQuartersOfTheHeap() {
        long heapBytes = Runtime.getRuntime().maxMemory();
        for (String value : new String[] {"1 PiB", "" + heapBytes, "" + (heapBytes / 4 * 3 + 1)}) {
            assertSays(
                    "cache.memory",
                    value,
                    "at most three quarters of the heap, which has " + heapBytes + " bytes (-Xmx)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    cache.disk.pth              | cache.disk      | path, size                             | path
                    cache.disk.sise             | cache.disk      | path, size                             | size
                    cache.read-ahead.first-fech | cache.read-ahead | first-fetch, longest-fetch, least, most | first-fetch
                    cache.read-ahead.mst        | cache.read-ahead | first-fetch, longest-fetch, least, most | most
                    cache.read-ahead.longest-fetsh | cache.read-ahead | first-fetch, longest-fetch, least, most | longest-fetch
                    store.idle-fech             | store           | max-requests, request-wait, idle-fetch | idle-fetch
                    log.request                 | log             | requests                               | requests
                    """)
    void suggestsNearestKeyForUnknownKey(String key, String section, String known, String nearest) {
        String name = key.substring(key.lastIndexOf('.') + 1);
        assertThatThrownBy(() -> read(key, "1"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "%s: %s: expected only %s, but found \"%s\" (did you mean %s?)."
                                .formatted(
                                        folder.resolve("films.yaml"),
                                        section,
                                        known,
                                        name,
                                        nearest));
    }

    @Test
    void rejectsValueForSectionAndSectionForValue() {
        for (String section : new String[] {"cache", "store", "log", "cache.disk"}) {
            assertSays(section, "8 GiB", "a section of keys and values");
        }
        for (String key : new String[] {"cache.memory", "store.idle-fetch", "store.max-requests"}) {
            assertThatThrownBy(() -> read(key, "{ a: b }"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(key + ": expected a single value, but found a section.");
        }
    }

    @Test
    void rejectsDiskSizeWithoutPath() {
        assertThatThrownBy(() -> read("cache.disk.size", "1 GiB"))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith(
                        ": cache.disk.path: expected a folder for the blocks, but found nothing.");
    }

    @Test
    void namesSystemPropertyOfInvalidValue() {
        System.setProperty("cache.memory", "plenty");
        assertThatThrownBy(() -> read("cache.memory", "64 MiB"))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("but found \"plenty\" in the system property cache.memory.");
    }

    /** The tests above would also pass if the bounds were too strict. */
    @Test
    void acceptsValuesAtTheirBounds() throws IOException {
        assertThat(read("cache.memory", "1 MiB").engine().memoryBytes()).isEqualTo(1 << 20);
        assertThat(read("cache.metadata-ttl", "PT0S").engine().metadataTtl()).isZero();
        assertThat(read("cache.metadata-ttl", "P36500D").engine().metadataTtl())
                .isEqualTo(Duration.ofDays(36_500));
        assertThat(read("cache.memory-wait", "PT0S").engine().memoryWait()).isZero();
        assertThat(read("store.max-requests", "192").stores().maxRequests()).isEqualTo(192);
        assertThat(read("store.max-requests", "1").stores().maxRequests()).isEqualTo(1);
        assertThat(read("store.idle-fetch", "PT0.001S").engine().idleFetch())
                .isEqualTo(Duration.ofMillis(1));
        assertThat(read("cache.read-ahead.first-fetch", "1 PiB").engine().readAhead())
                .extracting("firstFetchBytes", "longestFetchBytes")
                .containsExactly(1L << 50, 1L << 50);
        assertThat(read("cache.read-ahead.most", "131072").engine().readAhead().mostAheadBytes())
                .isEqualTo(131_072);
    }
}
