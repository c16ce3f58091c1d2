package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.ScriptedServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores with unusual but correct responses are read. An unsupported feature is tried once. */
class StoreQuirksTest {
    private static final ObjectId ID = ObjectId.of("films", "film");
    private static final Optional<EntityTag> TAG = EntityTag.parse(OddStore.TAG);
    private static final RangeSpec FIRST_FIVE = RangeSpec.of(0, 4);

    private final ScriptedStore scripted = new ScriptedStore();

    @AfterEach
    void close() {
        scripted.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Wed, 01 Jul 2026 10:00:00 GMT | 2026-07-01T10:00:00Z",
                "2026-07-01T10:00:00.123Z | 2026-07-01T10:00:00Z",
                "2026-07-01T12:00:00+02:00 | 2026-07-01T10:00:00Z",
                "Wed, 01 Jul 2026 10:11:26 CST |",
                "2026-07-01T10:00:00 |",
                "yesterday |"
            })
    void readsUnambiguousDatesOnly(String date, Instant expected) {
        scripted.server.otherwise(
                (request, connection) ->
                        OddStore.letters(
                                request, connection, OddStore.TAG, "Last-Modified: " + date));
        assertThat(scripted.store.head(ID).validators().lastModified())
                .isEqualTo(Optional.ofNullable(expected));
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
    }

    @Test
    void ignoresFieldsOfTheWrongType() {
        scripted.server.otherwise(
                (request, connection) ->
                        OddStore.letters(
                                request,
                                connection,
                                OddStore.TAG,
                                "x-amz-mp-parts-count: many",
                                "x-amz-missing-meta: ",
                                "x-amz-tagging-count: -",
                                "x-amz-object-lock-retain-until-date: never",
                                "x-amz-server-side-encryption-bucket-key-enabled: perhaps",
                                "Retry-After: -1",
                                "Date: today",
                                "Content-Encoding: "));
        assertThat(scripted.store.head(ID).fields().contentEncoding()).isEmpty();
        assertThat(read(Optional.empty(), FIRST_FIVE)).isEqualTo("abcde");
    }

    @Test
    @Covers("unusual-but-valid-responses")
    void readsChunkedRangesAndFindsTheLengthByGet() {
        scripted.server.otherwise(
                (request, connection) ->
                        OddStore.chunkedLetters(request, connection, OddStore.TAG));
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(read(TAG, RangeSpec.of(20, 99))).isEqualTo("uvwxyz");
        assertThat(scripted.store.head(ID).completeLength()).isEqualTo(26);
    }

    @Test
    void rejectsChunkedBodyLongerThanItsContentRange() {
        scripted.server.then(
                "7\r\nabcdeXY\r\n0\r\n\r\n",
                "HTTP/1.1 206 Partial Content",
                "Content-Range: bytes 0-4/26",
                "ETag: " + OddStore.TAG,
                "Transfer-Encoding: chunked");
        try (Fetch fetch = scripted.store.open(ID, TAG, FIRST_FIVE)) {
            byte[] array = new byte[100];
            assertThat(fetch.read(array, 0, 100)).isEqualTo(5);
            assertThatThrownBy(() -> fetch.read(array, 0, 100)).isInstanceOf(Unavailable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 501})
    void omitsChecksumModeOnceItIsRefused(int status) {
        scripted.server.otherwise(
                (request, connection) -> {
                    if (request.field("x-amz-checksum-mode").isPresent()) {
                        OddStore.error(request, connection, status, "InvalidArgument", "");
                    } else {
                        OddStore.letters(request, connection, OddStore.TAG);
                    }
                });
        assertThat(scripted.store.head(ID).completeLength()).isEqualTo(26);
        assertThat(scripted.server.requests()).hasSize(2);
        scripted.store.head(ID);
        assertThat(scripted.server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"400, InvalidArgument", "501, NotImplemented"})
    @Covers("unusual-but-valid-responses")
    void omitsIfMatchOnceItIsRefusedAndStillNoticesAChange(int status, String code) {
        AtomicInteger version = new AtomicInteger();
        scripted.server.otherwise(
                (request, connection) -> {
                    if (request.field("If-Match").isPresent()) {
                        OddStore.error(request, connection, status, code, "");
                    } else {
                        String tag = version.get() == 0 ? OddStore.TAG : "\"bbbb\"";
                        OddStore.letters(request, connection, tag);
                    }
                });
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(scripted.server.requests()).hasSize(3);
        version.incrementAndGet();
        assertThatThrownBy(() -> read(TAG, FIRST_FIVE)).isInstanceOf(Changed.class);
    }

    @Test
    void readsStoreThatNeverMatchesItsOwnTag() {
        scripted.server.otherwise(
                (request, connection) -> {
                    if (request.field("If-Match").isPresent()) {
                        OddStore.error(request, connection, 412, "PreconditionFailed", "");
                    } else {
                        OddStore.letters(request, connection, OddStore.TAG);
                    }
                });
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(scripted.server.requests()).hasSize(4);
    }

    @Test
    @Covers("unusual-but-valid-responses")
    void usesTheTagOfGetIfHeadHasAnother() {
        scripted.server.otherwise(
                (request, connection) ->
                        OddStore.letters(
                                request,
                                connection,
                                OddStore.isHead(request) ? OddStore.TAG : "\"bbbb-2\""));
        assertThat(scripted.store.head(ID).entityTag()).isEqualTo(TAG);
        assertThatThrownBy(() -> read(TAG, FIRST_FIVE)).isInstanceOf(Changed.class);
        Optional<EntityTag> now = scripted.store.head(ID).entityTag();
        assertThat(now).contains(EntityTag.strong("bbbb-2"));
        assertThat(read(now, FIRST_FIVE)).isEqualTo("abcde");
    }

    @Test
    void reportsReplacedObjectAsChanged() {
        scripted.server.otherwise(
                (request, connection) -> OddStore.letters(request, connection, "\"new\""));
        assertThatThrownBy(() -> read(TAG, FIRST_FIVE)).isInstanceOf(Changed.class);
        assertThat(scripted.store.head(ID).entityTag()).contains(EntityTag.strong("new"));
        assertThat(scripted.server.requests().getLast().line()).startsWith("HEAD ");
    }

    private void decompressUnlessGzipIsAccepted() {
        scripted.server.otherwise(
                (request, connection) -> {
                    if (request.field("Accept-Encoding").orElse("").contains("gzip")) {
                        OddStore.letters(
                                request, connection, OddStore.TAG, "Content-Encoding: gzip");
                    } else {
                        ScriptedServer.write(
                                connection,
                                OddStore.isHead(request) ? "" : "3\r\nxyz\r\n0\r\n\r\n",
                                "HTTP/1.1 200 OK",
                                "Transfer-Encoding: chunked",
                                "Warning: 214 UploadServer \"gunzipped\"");
                    }
                });
    }

    @Test
    @Covers("unusual-but-valid-responses")
    void acceptsGzipIfTheStoreWouldDecompress() {
        decompressUnlessGzipIsAccepted();
        Representation head = scripted.store.head(ID);
        assertThat(head.completeLength()).isEqualTo(26);
        assertThat(head.fields().contentEncoding()).contains("gzip");
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        int before = scripted.server.requests().size();
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(scripted.server.requests()).hasSize(before + 1);
    }

    @Test
    void acceptsGzipForTheWholeObjectToo() {
        decompressUnlessGzipIsAccepted();
        assertThat(read(TAG, RangeSpec.from(0))).isEqualTo("abcdefghijklmnopqrstuvwxyz");
    }

    @Test
    void doesNotSignAcceptEncoding() {
        decompressUnlessGzipIsAccepted();
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        ScriptedServer.Request last = scripted.server.requests().getLast();
        assertThat(last.field("Accept-Encoding")).contains("gzip");
        assertThat(last.field("Authorization").orElseThrow()).doesNotContain("accept-encoding");
    }

    @Test
    @Covers("another-region-wrong-clock")
    void replacesPooledConnectionsThatTheStoreHasClosed() throws Exception {
        List<Fetch> open = new java.util.ArrayList<>();
        AtomicInteger served = new AtomicInteger();
        scripted.server.otherwise(
                (request, connection) -> {
                    OddStore.letters(request, connection, OddStore.TAG);
                    if (served.incrementAndGet() <= 8) {
                        // Closes without notice, as a store with a short keep-alive does.
                        connection.close();
                    }
                });
        for (int i = 0; i < 8; i++) {
            open.add(scripted.store.open(ID, TAG, FIRST_FIVE));
        }
        for (Fetch fetch : open) {
            assertThat(text(fetch)).isEqualTo("abcde");
            fetch.close();
        }
        int before = scripted.server.requests().size();
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(scripted.server.requests()).hasSize(before + 1);
    }

    private String read(Optional<EntityTag> ifMatch, RangeSpec wanted) {
        try (Fetch fetch = scripted.store.open(ID, ifMatch, wanted)) {
            return text(fetch);
        }
    }

    private static String text(Fetch fetch) {
        byte[] array = new byte[100];
        int length = 0;
        for (int count; (count = fetch.read(array, length, 100 - length)) > 0; ) {
            length += count;
        }
        return new String(array, 0, length, StandardCharsets.US_ASCII);
    }
}
