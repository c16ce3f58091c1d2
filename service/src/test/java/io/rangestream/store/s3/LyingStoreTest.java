package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;
import io.rangestream.testkit.ScriptedServer;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** A response to another request than the one sent is an error, never data. */
class LyingStoreTest {
    private static final ObjectId ID = ObjectId.of("films", "film");
    private static final Optional<EntityTag> TAG = Optional.of(EntityTag.strong("tag"));
    private static final RangeSpec FIRST_FIVE = RangeSpec.of(0, 4);

    private final ScriptedStore scripted = new ScriptedStore();

    @AfterEach
    void close() {
        scripted.close();
    }

    @Test
    void readsCorrectResponse() {
        scripted.thenPartial("abcde", "bytes 0-4/26");
        try (Fetch fetch = open(FIRST_FIVE)) {
            assertThat(fetch.covered()).contains(new ByteRange(0, 4));
            assertThat(readText(fetch)).isEqualTo("abcde");
            assertThat(fetch.representation().validators().observedAt())
                    .isEqualTo(ScriptedStore.NOW);
        }
        ScriptedServer.Request request = scripted.server.requests().getFirst();
        assertThat(request.field("Range")).contains("bytes=0-4");
        assertThat(request.field("If-Match")).contains("\"tag\"");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes 0-4/4",
        "bytes 0-3/26",
        "bytes 0-5/26",
        "bytes 1-5/26",
        "bytes 0-4/*",
        "bytes */26",
        "bytes 0--1/26",
        "items 0-4/26",
        "bytes 0-25/26",
        "garbage"
    })
    void rejectsOtherRangeThanRequested(String contentRange) {
        scripted.thenPartial("abcde", contentRange);
        assertRejected(() -> open(FIRST_FIVE));
    }

    @Test
    void rejectsOtherLengthTagAndStatus() {
        String[] ok = {"HTTP/1.1 200 OK", "Content-Length: 26", ScriptedStore.TAG};
        String partial = "HTTP/1.1 206 Partial Content";
        String range = "Content-Range: bytes 0-4/26";
        scripted.server
                .then("abcdefghijklmnopqrstuvwxyz", ok)
                .then("abcd", partial, range, "Content-Length: 4", ScriptedStore.TAG)
                .then("abcdef", partial, range, "Content-Length: 6", ScriptedStore.TAG)
                .then("abcde", partial, range, "Content-Length: 5", "ETag: \"other\"")
                .then("abcde", partial, range, "Content-Length: 5", "ETag: W/\"tag\"")
                .then("abcde", partial, range, "Content-Length: 5");
        for (int i = 0; i < 6; i++) {
            assertRejected(() -> open(FIRST_FIVE));
        }
        assertThat(scripted.server.requests()).hasSize(6);
    }

    @Test
    void rejectsPartOfTheWholeObject() {
        scripted.thenPartial("abcde", "bytes 0-4/26");
        assertRejected(() -> open(RangeSpec.from(0)));
        // Without a length, one more request with another Accept-Encoding follows.
        scripted.server.then("abc", "HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
        scripted.server.then("abc", "HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
        assertRejected(() -> open(RangeSpec.from(0)));
        assertThat(scripted.server.requests()).hasSize(3);
    }

    @Test
    void neverReadsBytesBeyondTheLength() {
        String[] head = {
            "HTTP/1.1 206 Partial Content",
            "Content-Range: bytes 0-4/26",
            "Content-Length: 5",
            ScriptedStore.TAG
        };
        scripted.server.then("abcdeAND MORE THAN THAT", head);
        try (Fetch fetch = open(FIRST_FIVE)) {
            assertThat(readText(fetch)).isEqualTo("abcde");
        }
    }

    @Test
    void looksUpUnsatisfiableRangesByHead() {
        String[] head = {"HTTP/1.1 200 OK", "Content-Length: 26", ScriptedStore.TAG};
        scripted.thenError(416, "InvalidRange");
        scripted.server.then("", head);
        try (Fetch fetch = open(RangeSpec.from(30))) {
            assertThat(fetch.covered()).isEmpty();
            assertThat(fetch.representation().completeLength()).isEqualTo(26);
        }
        scripted.server.then(
                "",
                "HTTP/1.1 206 Partial Content",
                "Content-Range: bytes 0--1/0",
                "Content-Length: 0");
        scripted.server.then("", "HTTP/1.1 200 OK", "Content-Length: 0", ScriptedStore.TAG);
        try (Fetch fetch = open(FIRST_FIVE)) {
            assertThat(fetch.covered()).isEmpty();
            assertThat(fetch.representation().completeLength()).isZero();
        }
        assertThat(scripted.server.requests())
                .extracting(request -> request.line().substring(0, 4))
                .containsExactly("GET ", "HEAD", "GET ", "HEAD");
        assertThat(scripted.server.requests().getLast().field("If-Match")).contains("\"tag\"");
    }

    /**
     * Two responses "bytes 0--1/0" and a HEAD without a length do not prove that an object is
     * empty.
     */
    @Test
    void emptyRangesDoNotProveAnEmptyObject() {
        String[] partOfNothing = {
            "HTTP/1.1 206 Partial Content",
            "Content-Range: bytes 0--1/0",
            "Content-Length: 0",
            ScriptedStore.TAG
        };
        scripted.server.then("", partOfNothing);
        scripted.server.then(
                "", "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", ScriptedStore.TAG);
        scripted.server.then("", partOfNothing);
        scripted.server.then(
                "abcdefghij", "HTTP/1.1 200 OK", "Content-Length: 10", ScriptedStore.TAG);
        assertThatThrownBy(() -> open(FIRST_FIVE)).isInstanceOf(Changed.class);
        assertThat(scripted.server.requests())
                .extracting(request -> request.field("Range").orElse("all of it"))
                .containsExactly("bytes=0-4", "all of it", "bytes=0-0", "all of it");
    }

    @Test
    void refusedSatisfiableRangeIsChanged() {
        scripted.thenError(416, "InvalidRange");
        scripted.server.then("", "HTTP/1.1 200 OK", "Content-Length: 26", ScriptedStore.TAG);
        assertThatThrownBy(() -> open(FIRST_FIVE)).isInstanceOf(Changed.class);
    }

    @Test
    void addsMissingQuotesAndComparesWeakTags() {
        scripted.server.then("a", "HTTP/1.1 200 OK", "Content-Length: 1", "ETag: tag");
        open(RangeSpec.from(0)).close();
        Optional<EntityTag> weak = EntityTag.parse("W/\"tag\"");
        scripted.server.then("a", "HTTP/1.1 200 OK", "Content-Length: 1", "ETag: W/\"tag\"");
        scripted.store.open(ID, weak, RangeSpec.from(0)).close();
        assertThat(scripted.server.requests().getLast().field("If-Match")).isEmpty();
        scripted.server.then("a", "HTTP/1.1 200 OK", "Content-Length: 1", "ETag: W/\"other\"");
        assertThatThrownBy(() -> scripted.store.open(ID, weak, RangeSpec.from(0)))
                .isInstanceOf(Changed.class);
    }

    @Test
    void keepsMetadataUnchanged() {
        scripted.server.then(
                "",
                "HTTP/1.1 200 OK",
                "Content-Length: 7",
                "Date: Fri, 02 Jan 2026 03:04:06 GMT",
                "Last-Modified: Fri, 02 Jan 2026 03:04:01 GMT",
                "Expires: tomorrow, perhaps",
                "x-amz-version-id: null",
                "x-amz-checksum-sha256: abc=-3",
                "x-amz-checksum-type: COMPOSITE",
                "ETag: \"not a tag\"");
        Representation head = scripted.store.head(ID);
        assertThat(head.validators())
                .isEqualTo(
                        new Validators(
                                Optional.empty(),
                                Optional.of(Instant.parse("2026-01-02T03:04:01Z")),
                                Instant.parse("2026-01-02T03:04:06Z")));
        assertThat(head.fields().expires()).contains("tomorrow, perhaps");
        assertThat(head.versionId()).contains("null");
        assertThat(head.checksum())
                .contains(
                        new Representation.Checksum(
                                "SHA256", Representation.Checksum.Type.COMPOSITE, "abc=-3"));
    }

    @Test
    void rejectsRepeatedPageToken() {
        String xml =
                "<ListBucketResult><IsTruncated>true</IsTruncated>"
                        + "<NextContinuationToken>t</NextContinuationToken></ListBucketResult>";
        scripted.server.then(xml, "HTTP/1.1 200 OK", "Content-Length: " + xml.length());
        Query query = new Query("films", "", "", 10, Optional.of("t"));
        assertThatThrownBy(() -> scripted.store.list(query)).isInstanceOf(Unavailable.class);
    }

    private void assertRejected(ThrowingCallable open) {
        assertThatThrownBy(open).isInstanceOf(Unavailable.class);
        // The connection is closed instead of drained, because it is not reused.
        await().until(() -> scripted.server.openConnections() == 0);
    }

    private Fetch open(RangeSpec wanted) {
        return scripted.store.open(ID, TAG, wanted);
    }

    private static String readText(Fetch fetch) {
        byte[] array = new byte[100];
        int length = 0;
        for (int count; (count = fetch.read(array, length, 100 - length)) > 0; ) {
            length += count;
        }
        return new String(array, 0, length, StandardCharsets.US_ASCII);
    }
}
