package io.rangestream.http.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

class RepresentationFieldsTest {
    private static final Instant L = Instant.parse("1994-11-06T08:49:37Z");
    private static final Instant NOW = L.plusSeconds(3600);
    private static final String EXPIRES = "Thu, 01 Dec 1994 16:00:00 GMT";
    private static final StoredFields ALL =
            new StoredFields(
                    Optional.of("video/mp4"),
                    Optional.of("gzip"),
                    Optional.of("de"),
                    Optional.of("attachment; filename=\"a b.mp4\""),
                    Optional.of("max-age=60"),
                    Optional.of(EXPIRES));

    @Test
    @Covers("stored-fields-valid-invalid")
    void sendsEveryStoredField() {
        assertThat(fields(representation(ALL, Optional.of("A1"), Optional.of("v1"))))
                .isEqualTo(
                        Map.of(
                                "accept-ranges", "bytes",
                                "cache-control", "max-age=60",
                                "content-disposition", "attachment; filename=\"a b.mp4\"",
                                "content-encoding", "gzip",
                                "content-language", "de",
                                "content-type", "video/mp4",
                                "etag", "\"A1\"",
                                "expires", EXPIRES,
                                "last-modified", "Sun, 06 Nov 1994 08:49:37 GMT",
                                "x-version-id", "v1"));
    }

    @Test
    void omitsMissingFieldsExceptCacheControl() {
        assertThat(fields(representation(StoredFields.NONE, Optional.of("A1"), Optional.empty())))
                .isEqualTo(
                        Map.of(
                                "accept-ranges", "bytes",
                                "cache-control", "no-cache",
                                "etag", "\"A1\"",
                                "last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nSet-Cookie: x=1",
                "a\nb",
                "a\rb",
                "a\u0000b",
                "a\tb",
                "a\u001Bb",
                "a\u007Fb",
                "a\u0085b",
                "\u00E9",
                "\uD83C\uDFAC",
                "",
                " ",
            })
    @Covers("stored-fields-valid-invalid")
    void dropsStoredValueThatCouldBreakHeaderSection(String value) {
        Optional<String> bad = Optional.of(value);
        StoredFields fields = new StoredFields(bad, bad, bad, bad, bad, bad);
        assertThat(fields(representation(fields, Optional.of("A1"), bad)))
                .containsOnlyKeys("accept-ranges", "cache-control", "etag", "last-modified")
                .containsEntry("cache-control", "no-cache");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "never", "1994-12-01", "thu, 01 dec 1994 16:00:00 gmt"})
    void dropsMalformedExpires(String value) {
        assertThat(fields(representation(expires(value), Optional.of("A1"), Optional.empty())))
                .doesNotContainKey("expires");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Thu, 01 Dec 1994 16:00:00 GMT",
                "Thursday, 01-Dec-94 16:00:00 GMT",
                "Thu Dec  1 16:00:00 1994"
            })
    void keepsFormatOfExpires(String value) {
        assertThat(fields(representation(expires(value), Optional.of("A1"), Optional.empty())))
                .containsEntry("expires", value);
    }

    @Test
    void sendsLastModifiedWithoutFraction() {
        Representation representation =
                new Representation(
                        26,
                        new Validators(
                                Optional.of(new EntityTag("A1", true)),
                                Optional.of(L.plusMillis(999)),
                                L),
                        Optional.empty(),
                        StoredFields.NONE,
                        Optional.empty());
        assertThat(fields(representation))
                .containsEntry("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT")
                .containsEntry("etag", "W/\"A1\"");
    }

    @Test
    void sendsFutureLastModifiedAsNow() {
        Representation representation =
                new Representation(
                        26,
                        new Validators(Optional.empty(), Optional.of(NOW.plusSeconds(1)), L),
                        Optional.empty(),
                        StoredFields.NONE,
                        Optional.empty());
        assertThat(fields(representation))
                .containsEntry("last-modified", "Sun, 06 Nov 1994 09:49:37 GMT");
        assertThat(notModified(representation))
                .containsEntry("last-modified", "Sun, 06 Nov 1994 09:49:37 GMT");
    }

    @Test
    void notModifiedHasCachingFieldsOnly() {
        assertThat(notModified(representation(ALL, Optional.of("A1"), Optional.of("v1"))))
                .containsEntry("etag", "\"A1\"")
                .containsEntry("cache-control", "max-age=60")
                .containsEntry("expires", EXPIRES)
                .doesNotContainKeys(
                        "last-modified",
                        "content-type",
                        "content-encoding",
                        "content-language",
                        "content-disposition",
                        "content-length",
                        "content-range");
    }

    @Test
    void notModifiedWithoutEntityTagHasLastModified() {
        assertThat(notModified(representation(ALL, Optional.empty(), Optional.empty())))
                .containsEntry("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT")
                .doesNotContainKey("etag");
    }

    private static StoredFields expires(String value) {
        return new StoredFields(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(value));
    }

    private static Representation representation(
            StoredFields fields, Optional<String> tag, Optional<String> versionId) {
        Validators validators =
                new Validators(tag.map(EntityTag::strong), Optional.of(L), L.plusSeconds(60));
        return new Representation(26, validators, versionId, fields, Optional.empty());
    }

    private static Map<String, String> fields(Representation representation) {
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        RepresentationFields.set(headers, representation, NOW, "no-cache");
        return asMap(headers);
    }

    private static Map<String, String> notModified(Representation representation) {
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        RepresentationFields.setNotModified(headers, representation, NOW, "no-cache");
        return asMap(headers);
    }

    private static Map<String, String> asMap(ServerResponseHeaders headers) {
        Map<String, String> fields = new TreeMap<>();
        for (Header header : headers) {
            HeaderName name = header.headerName();
            fields.put(name.lowerCase(), headers.get(name).get());
        }
        assertThat(headers.contains(HeaderNames.CONTENT_LENGTH)).isFalse();
        return fields;
    }
}
