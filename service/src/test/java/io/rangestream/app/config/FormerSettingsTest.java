package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Settings of earlier versions are rejected in the file, in system properties and in the
 * environment; the message says what to write instead.
 */
final class FormerSettingsTest {
    @TempDir private Path folder;

    @AfterEach
    void clearProperties() {
        System.clearProperty("http.first-byte-deadline");
        System.clearProperty("deny-as-403");
        System.clearProperty("store.hedge-after");
    }

    private void assertRefused(Map<String, String> environment, String yaml, String message)
            throws IOException {
        Path file = folder.resolve("films.yaml");
        Files.writeString(file, yaml + "\nbuckets: { d: { s3: { bucket: x } } }\n");
        assertThatThrownBy(
                        () ->
                                new ConfigReader(environment)
                                        .read(Optional.of(file), new TreeMap<>(), Optional.empty()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message.replace("FILE", file.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    http: { first-byte-deadline: PT3S } | FILE: http.first-byte-deadline: was renamed; write first-byte-deadline instead.
                    deny-as-403: true                   | FILE: deny-as-403: was renamed; write deny-as-forbidden instead.
                    deny-as-403:                        | FILE: deny-as-403: was renamed; write deny-as-forbidden instead.
                    store: { hedge-after: PT1S }        | FILE: store.hedge-after: was removed: requests to the store are no longer hedged; delete it.
                    """)
    void rejectsFormerKeyInFile(String yaml, String message) throws IOException {
        assertRefused(Map.of(), yaml, message);
    }

    @Test
    void rejectsFormerEnvironmentVariable() throws IOException {
        assertRefused(
                Map.of("RANGESTREAM_HTTP_FIRST_BYTE_DEADLINE", "PT3S"),
                "",
                "RANGESTREAM_HTTP_FIRST_BYTE_DEADLINE: was renamed; write"
                        + " RANGESTREAM_FIRST_BYTE_DEADLINE instead.");
        assertRefused(
                Map.of("RANGESTREAM_DENY_AS_403", "false"),
                "",
                "RANGESTREAM_DENY_AS_403: was renamed; write RANGESTREAM_DENY_AS_FORBIDDEN"
                        + " instead.");
        assertRefused(
                Map.of("RANGESTREAM_STORE_HEDGE_AFTER", "PT1S"),
                "",
                "RANGESTREAM_STORE_HEDGE_AFTER: was removed: requests to the store are no longer"
                        + " hedged; delete it.");
    }

    @ParameterizedTest
    @CsvSource({
        "http.first-byte-deadline, 'was renamed; write first-byte-deadline instead.'",
        "deny-as-403, 'was renamed; write deny-as-forbidden instead.'",
        "store.hedge-after, 'was removed: requests to the store are no longer hedged; delete it.'"
    })
    void rejectsFormerSystemProperty(String key, String message) throws IOException {
        System.setProperty(key, "1");
        assertRefused(Map.of(), "", "system property " + key + ": " + message);
    }
}
