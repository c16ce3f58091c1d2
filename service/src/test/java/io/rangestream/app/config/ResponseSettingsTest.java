package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.http.HttpOptions;
import io.rangestream.http.field.AllowedOrigins;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** The settings of responses: CORS, Cache-Control, denied objects and the longest response. */
class ResponseSettingsTest {
    @TempDir private Path folder;

    private HttpOptions read(String yaml) throws IOException {
        Path file = folder.resolve("films.yaml");
        Files.writeString(file, yaml);
        return new ConfigReader(Map.of())
                .read(Optional.of(file), new TreeMap<>(), Optional.empty())
                .responses();
    }

    @Test
    void usesDefaultsForAbsentSettings() throws IOException {
        assertThat(read("buckets: { d: { s3: { bucket: x } } }\n")).isEqualTo(HttpOptions.DEFAULT);
    }

    @Test
    void readsEachSetting() throws IOException {
        HttpOptions options =
                read(
                        """
                        deny-as-forbidden: true
                        http:
                          max-response-bytes: 1 MiB
                          cors:
                            allowed-origins: ["https://a.example", "http://localhost:8000"]
                        buckets:
                          d:
                            cache-control: "public, max-age=60"
                            s3: { bucket: x }
                          a.b:
                            cache-control: no-store
                            s3: { bucket: x }
                        """);
        assertThat(options)
                .isEqualTo(
                        new HttpOptions(
                                new AllowedOrigins(
                                        false,
                                        Set.of("https://a.example", "http://localhost:8000")),
                                Map.of("d", "public, max-age=60", "a.b", "no-store"),
                                true,
                                OptionalLong.of(1 << 20)));
    }

    @Test
    void acceptsSingleOriginAndStar() throws IOException {
        String buckets = "buckets: { d: { s3: { bucket: x } } }\n";
        assertThat(read(buckets + "http: { cors: { allowed-origins: 'https://a.example' } }"))
                .extracting(HttpOptions::origins)
                .isEqualTo(new AllowedOrigins(false, Set.of("https://a.example")));
        assertThat(read(buckets + "http: { cors: { allowed-origins: '*' } }").origins().isAny())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    http: { cors: { allowed-origins: "a.example" } }          | http.cors.allowed-origins
                    http: { cors: { allowed-origins: "https://a.example/" } } | http.cors.allowed-origins
                    http: { cors: { allowed-origins: ["https://A.example"] } } | http.cors.allowed-origins
                    http: { cors: { allowed-origins: "https://a.example:443" } } | http.cors.allowed-origins
                    http: { cors: { allowed-origins: "http://a.example:80" } } | http.cors.allowed-origins
                    http: { cors: { allowed-origins: [{ a: b }] } }           | http.cors.allowed-origins
                    http: { cors: { origins: "*" } }                          | http.cors
                    http: { max-response-bytes: 0 }                           | http.max-response-bytes
                    deny-as-forbidden: maybe                                        | deny-as-forbidden
                    buckets: { d: { cache-control: "für immer", s3: { bucket: x } } } | buckets.d.cache-control
                    """)
    void namesKeyOfInvalidSetting(String line, String key) {
        String buckets =
                line.startsWith("buckets") ? "" : "buckets: { d: { s3: { bucket: x } } }\n";
        assertThatThrownBy(() -> read(buckets + line))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("films.yaml: " + key + ": expected ");
    }
}
