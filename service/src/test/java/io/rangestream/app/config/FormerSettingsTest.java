package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A renamed setting is read by its former name in the file, in system properties and in the
 * environment, with a warning; a removed one is refused. Both messages say what to write instead.
 */
final class FormerSettingsTest {
    private static final String HEDGING_REMOVED =
            "was removed: requests to the store are no longer hedged; delete it.";

    @TempDir private Path folder;

    @AfterEach
    void clearProperties() {
        System.clearProperty("http.first-byte-deadline");
        System.clearProperty("first-byte-deadline");
        System.clearProperty("deny-as-403");
        System.clearProperty("store.hedge-after");
    }

    private Path file() {
        return folder.resolve("films.yaml");
    }

    private ConfigReader reader(Map<String, String> environment, String yaml) throws IOException {
        Files.writeString(file(), yaml + "\nbuckets: { d: { s3: { bucket: x } } }\n");
        return new ConfigReader(environment);
    }

    private ServerConfig read(ConfigReader reader) {
        return reader.read(Optional.of(file()), new TreeMap<>(), Optional.empty());
    }

    private static Duration deadline(ServerConfig config) {
        return config.tuning().engine().firstByteDeadline();
    }

    @Test
    void readsFormerKeysOfTheFileWithAWarning() throws IOException {
        ConfigReader reader =
                reader(Map.of(), "http: { first-byte-deadline: PT3S }\ndeny-as-403: true");
        ServerConfig config = read(reader);
        assertThat(deadline(config)).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.responses().deniedIsForbidden()).isTrue();
        assertThat(reader.warnings())
                .containsExactlyInAnyOrder(
                        file()
                                + ": http.first-byte-deadline: was renamed; write"
                                + " first-byte-deadline instead.",
                        file() + ": deny-as-403: was renamed; write deny-as-forbidden instead.");
    }

    @Test
    void readsFormerEnvironmentVariablesWithAWarning() throws IOException {
        ConfigReader reader = reader(Map.of("RANGESTREAM_HTTP_FIRST_BYTE_DEADLINE", "PT3S"), "");
        assertThat(deadline(read(reader))).isEqualTo(Duration.ofSeconds(3));
        assertThat(reader.warnings())
                .containsExactly(
                        "RANGESTREAM_HTTP_FIRST_BYTE_DEADLINE: was renamed; write"
                                + " RANGESTREAM_FIRST_BYTE_DEADLINE instead.");
    }

    @Test
    void readsFormerSystemPropertiesWithAWarning() throws IOException {
        System.setProperty("http.first-byte-deadline", "PT3S");
        ConfigReader reader = reader(Map.of(), "first-byte-deadline: PT4S");
        assertThat(deadline(read(reader))).isEqualTo(Duration.ofSeconds(3));
        assertThat(reader.warnings())
                .containsExactly(
                        "system property http.first-byte-deadline: was renamed; write"
                                + " first-byte-deadline instead.");
    }

    @Test
    void newNameWinsWithinOneSource() throws IOException {
        ConfigReader reader =
                reader(Map.of(), "http: { first-byte-deadline: PT3S }\nfirst-byte-deadline: PT4S");
        assertThat(deadline(read(reader))).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void formerNameAsOneDottedKeyIsUnknown() throws IOException {
        ConfigReader reader = reader(Map.of(), "http.first-byte-deadline: PT3S");
        assertThatThrownBy(() -> read(reader))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("\"http.first-byte-deadline\"");
    }

    @Test
    void malformedValueOfAFormerKeyIsRefused() throws IOException {
        ConfigReader reader = reader(Map.of(), "deny-as-403: perhaps");
        assertThatThrownBy(() -> read(reader))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("deny-as-forbidden")
                .hasMessageContaining("perhaps");
    }

    @Test
    void refusesRemovedSettings() throws IOException {
        ConfigReader ofFile = reader(Map.of(), "store: { hedge-after: PT1S }");
        assertThatThrownBy(() -> read(ofFile))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file() + ": store.hedge-after: " + HEDGING_REMOVED);
        ConfigReader ofVariable = reader(Map.of("RANGESTREAM_STORE_HEDGE_AFTER", "PT1S"), "");
        assertThatThrownBy(() -> read(ofVariable))
                .isInstanceOf(ConfigException.class)
                .hasMessage("RANGESTREAM_STORE_HEDGE_AFTER: " + HEDGING_REMOVED);
        System.setProperty("store.hedge-after", "PT1S");
        ConfigReader ofProperty = reader(Map.of(), "");
        assertThatThrownBy(() -> read(ofProperty))
                .isInstanceOf(ConfigException.class)
                .hasMessage("system property store.hedge-after: " + HEDGING_REMOVED);
    }
}
