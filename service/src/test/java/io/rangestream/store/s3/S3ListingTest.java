package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists as real stores send them: a malformed entry never fails its page. */
class S3ListingTest {
    private static final String URL = "<EncodingType>url</EncodingType>";
    private static final String OK = "<Contents><Key>ok</Key><Size>1</Size></Contents>";

    private final ScriptedStore scripted = new ScriptedStore();

    @AfterEach
    void close() {
        scripted.close();
    }

    static Stream<Arguments> pages() {
        return Stream.of(
                arguments("no size", OK + "<Contents><Key>k</Key></Contents>", List.of("ok")),
                arguments(
                        "a size that is no number",
                        OK + "<Contents><Key>k</Key><Size>many</Size></Contents>",
                        List.of("ok")),
                arguments(
                        "a size beyond 2^63",
                        OK + "<Contents><Key>k</Key><Size>9223372036854775808</Size></Contents>",
                        List.of("ok")),
                arguments(
                        "a negative size",
                        OK + "<Contents><Key>k</Key><Size>-1</Size></Contents>",
                        List.of("ok")),
                arguments("no key", OK + "<Contents><Size>1</Size></Contents>", List.of("ok")),
                arguments("an empty entry", OK + "<Contents/>", List.of("ok")),
                arguments(
                        "a date that is none",
                        "<Contents><Key>k</Key><Size>1</Size><LastModified>x</LastModified>"
                                + "</Contents>",
                        List.of("k")),
                arguments(
                        "a control character",
                        OK + "<Contents><Key>a&#x7;b</Key><Size>1</Size></Contents>",
                        List.of("ok")),
                arguments("a key too long", OK + key("k".repeat(1025)), List.of("ok")),
                arguments("a key far too long", OK + key("k".repeat(100_000)), List.of("ok")),
                arguments("dots", OK + key("a/../b"), List.of("ok")),
                arguments(
                        "percent-encoded",
                        URL + key("a+b%2Bc%25.txt") + key("%C3%A9"),
                        List.of("a b+c%.txt", "\u00e9")),
                arguments(
                        "a bare percent sign, though encoded",
                        URL + key("100%.csv") + OK,
                        List.of("100%.csv", "ok")),
                arguments(
                        "a bare percent sign among encoded keys",
                        URL + key("100%.csv") + key("a%20b"),
                        List.of("100%.csv", "a b")),
                arguments(
                        "said to be encoded, and is not",
                        URL + key("a b") + key("a+b") + key("\u00e9"),
                        List.of("a b", "a+b", "\u00e9")),
                arguments("not encoded", key("a+b") + key("100%"), List.of("a+b", "100%")),
                arguments(
                        "entities, CDATA and comments",
                        key("a&amp;&lt;b") + key("<![CDATA[x]]y]]]>") + "<!-- c -->" + OK,
                        List.of("a&<b", "x]]y]", "ok")),
                arguments(
                        "unknown elements and attributes",
                        "<Owner><ID>x</ID></Owner><Contents a='1'><Key >k</Key><Size>1</Size>"
                                + "<Owner><ID>o</ID></Owner></Contents>",
                        List.of("k")));
    }

    private static String key(String key) {
        return "<Contents><Key>" + key + "</Key><Size>1</Size></Contents>";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    @Covers("unusual-but-valid-responses")
    void leavesOutOnlyMalformedEntries(String name, String elements, List<String> keys) {
        then(elements);
        assertThat(list("").objects()).as(name).extracting(Entry::key).isEqualTo(keys);
    }

    @Test
    void readsAllElementsOfAnEntry() {
        then(
                "<Contents><Key>k</Key><LastModified>2026-07-01T10:00:00.999Z</LastModified>"
                        + "<ETag>&quot;t&quot;</ETag><Size>9223372036854775807</Size></Contents>"
                        + "<Contents><Key>l</Key>"
                        + "<LastModified>Wed, 01 Jul 2026 10:00:00 GMT</LastModified>"
                        + "<ETag>t</ETag><Size>0</Size></Contents>"
                        + "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>");
        ObjectListing listing = list("");
        Optional<Instant> date = Optional.of(Instant.parse("2026-07-01T10:00:00Z"));
        Optional<EntityTag> tag = Optional.of(EntityTag.strong("t"));
        assertThat(listing.objects())
                .containsExactly(
                        new Entry("k", Long.MAX_VALUE, tag, date), new Entry("l", 0, tag, date));
        assertThat(listing.commonPrefixes()).containsExactly("p/");
    }

    @Test
    void skipsEmptyPages() {
        then(truncated("1")).then(truncated("2")).then(OK);
        assertThat(list("").objects()).hasSize(1);
        assertThat(scripted.server.requests()).hasSize(3);
        assertThat(scripted.server.requests().getLast().line()).contains("continuation-token=2");
    }

    @Test
    @Covers("store-pages-without-entry")
    void returnsTokenAfterTenEmptyPages() {
        for (int i = 1; i <= 20; i++) {
            then(truncated("t" + i));
        }
        ObjectListing listing = list("");
        assertThat(listing.objects()).isEmpty();
        assertThat(listing.next()).contains("t10");
        assertThat(scripted.server.requests()).hasSize(10);
    }

    @Test
    void sendsTokensUnchanged() {
        then(OK + truncated("a+b/c==%20&amp;d"));
        assertThat(list("").next()).contains("a+b/c==%20&d");
        then(OK);
        scripted.store.list(new Query("films", "", "", 10, Optional.of("a+b/c==%20&d")));
        assertThat(scripted.server.requests().getLast().line())
                .contains("continuation-token=a%2Bb%2Fc%3D%3D%2520%26d");
    }

    private static String truncated(String token) {
        return "<IsTruncated>true</IsTruncated><NextContinuationToken>"
                + token
                + "</NextContinuationToken>";
    }

    @ParameterizedTest
    @ValueSource(strings = {"../", "a/./", "a/../b", "./x", "a\u0000", "\n"})
    void sendsNoRequestForImpossiblePrefix(String prefix) {
        assertThat(list(prefix)).isEqualTo(new ObjectListing(List.of(), List.of(), none()));
        assertThat(scripted.server.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "a/.", ".hidden", "a//", "..x/"})
    void sendsRequestForEveryOtherPrefix(String prefix) {
        then(OK);
        list(prefix);
        assertThat(scripted.server.requests()).hasSize(1);
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "is no XML",
                "<html><body>Please log in</body></html>",
                "<ListBucketResult><Contents>",
                "<ListBucketResult><Contents></ListBucketResult>",
                "<!DOCTYPE l [<!ENTITY a \"b\">]><ListBucketResult>&a;</ListBucketResult>",
                "<ListBucketResult><Name>&unknown;</Name></ListBucketResult>",
                "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"
            })
    void rejectsBodyThatIsNotAList(String body) {
        scripted.server.then(body, "HTTP/1.1 200 OK", "Content-Length: " + body.length());
        assertThatThrownBy(() -> list("")).isInstanceOf(Unavailable.class);
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, AccessDenied",
        "403, InvalidAccessKeyId, CredentialsRefused",
        "404, NoSuchBucket, NotFound",
        "501, NotImplemented, Unavailable"
    })
    void classifiesRefusals(int status, String code, String expected) {
        scripted.thenError(status, code);
        assertThatThrownBy(() -> list(""))
                .isInstanceOfAny(
                        AccessDenied.class,
                        CredentialsRefused.class,
                        NotFound.class,
                        Unavailable.class)
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(expected));
        assertThat(scripted.server.requests()).hasSize(1);
    }

    private S3ListingTest then(String elements) {
        byte[] xml =
                ("<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/\">"
                                + elements
                                + "</ListBucketResult>")
                        .getBytes(StandardCharsets.UTF_8);
        scripted.server.then(
                new String(xml, StandardCharsets.ISO_8859_1),
                "HTTP/1.1 200 OK",
                "Content-Length: " + xml.length);
        return this;
    }

    private ObjectListing list(String prefix) {
        return scripted.store.list(new Query("films", prefix, "", 10, Optional.empty()));
    }
}
