package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Refusals of stores: archived objects, denials, a missing bucket, another region or clock. */
class StoreRefusalsTest {
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
                "GLACIER | |",
                "DEEP_ARCHIVE | |",
                "GLACIER | ongoing-request=\"true\" |",
                "INTELLIGENT_TIERING | | ARCHIVE_ACCESS"
            })
    @Covers("errors-store-their-code")
    void reportsArchivedObjectAlikeForHeadAndGet(
            String storageClass, String restore, String archiveStatus) {
        scripted.server.otherwise(
                (request, connection) -> {
                    if (OddStore.isHead(request)) {
                        OddStore.letters(
                                request,
                                connection,
                                OddStore.TAG,
                                "x-amz-storage-class: " + storageClass,
                                restore == null ? "x-a: b" : "x-amz-restore: " + restore,
                                archiveStatus == null
                                        ? "x-b: c"
                                        : "x-amz-archive-status: " + archiveStatus);
                    } else {
                        OddStore.error(
                                request,
                                connection,
                                403,
                                "InvalidObjectState",
                                "<StorageClass>" + storageClass + "</StorageClass>");
                    }
                });
        for (int i = 0; i < 2; i++) {
            boolean byHead = i == 0;
            assertThatThrownBy(
                            () -> {
                                if (byHead) {
                                    scripted.store.head(ID);
                                } else {
                                    read(TAG, FIRST_FIVE);
                                }
                            })
                    .isInstanceOfSatisfying(
                            Archived.class,
                            e -> {
                                assertThat(e.storageClass()).contains(storageClass);
                                assertThat(e.restore()).isEqualTo(Optional.ofNullable(restore));
                            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-amz-storage-class: GLACIER_IR",
                "x-amz-storage-class: STANDARD_IA",
                "x-amz-storage-class: GLACIER\r\n"
                        + "x-amz-restore: ongoing-request=\"false\","
                        + " expiry-date=\"Fri, 23 Dec 2030 00:00:00 GMT\"",
                // A tier of MinIO with only the name of an archive.
                "x-amz-storage-class: GLACIER"
            })
    void readsObjectsOfColdClassesThatAreReadable(String fields) {
        scripted.server.otherwise(
                (request, connection) ->
                        OddStore.letters(request, connection, OddStore.TAG, fields));
        assertThat(scripted.store.head(ID).completeLength()).isEqualTo(26);
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, AccessDenied",
        "403, InvalidAccessKeyId, CredentialsRefused",
        "403, SignatureDoesNotMatch, CredentialsRefused",
        "400, ExpiredToken, CredentialsRefused",
        "301, PermanentRedirect, CredentialsRefused",
        "400, InvalidRequest, Unavailable",
        "400, KMS.DisabledException, Unavailable",
        "403, InvalidObjectState, Archived"
    })
    @Covers("errors-store-their-code")
    void headAndGetFailAlike(int status, String code, String expected) {
        scripted.server.otherwise(
                (request, connection) -> OddStore.error(request, connection, status, code, ""));
        assertThatThrownBy(() -> scripted.store.head(ID))
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(expected));
        assertThatThrownBy(() -> read(TAG, FIRST_FIVE))
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(expected));
    }

    @Test
    void loginPageIsNotAccessDenied() {
        String page = "<html>Please log in</html>";
        scripted.server.then(page, "HTTP/1.1 403 Forbidden", "Content-Length: " + page.length());
        assertThatThrownBy(() -> read(TAG, FIRST_FIVE))
                .isInstanceOf(Unavailable.class)
                .isNotInstanceOf(AccessDenied.class);
    }

    @Test
    void headReportsMissingBucketAfterAProbe() {
        scripted.server.otherwise(
                (request, connection) ->
                        OddStore.error(request, connection, 404, "NoSuchBucket", ""));
        assertThatThrownBy(scripted.store::probe).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> scripted.store.head(ID))
                .isInstanceOfSatisfying(
                        NotFound.class, e -> assertThat(e.missing()).isEqualTo(Missing.BUCKET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"field", "element", "field of HEAD"})
    @Covers("another-region-wrong-clock")
    void signsForTheRegionThatTheStoreNames(String where) {
        scripted.server.otherwise(
                (request, connection) -> {
                    String signed = request.field("Authorization").orElse("");
                    if (signed.contains("/eu-central-1/")) {
                        OddStore.letters(request, connection, OddStore.TAG);
                    } else if (where.equals("element")) {
                        OddStore.error(
                                request,
                                connection,
                                400,
                                "AuthorizationHeaderMalformed",
                                "<Region>eu-central-1</Region>");
                    } else {
                        OddStore.error(
                                request,
                                connection,
                                301,
                                "PermanentRedirect",
                                "",
                                "x-amz-bucket-region: eu-central-1");
                    }
                });
        if (where.equals("field of HEAD")) {
            assertThat(scripted.store.head(ID).completeLength()).isEqualTo(26);
        }
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        int before = scripted.server.requests().size();
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(scripted.server.requests()).hasSize(before + 1);
    }

    @Test
    @Covers("other-regions-store-names")
    void givesUpOnStoreThatKeepsNamingOtherRegions() {
        AtomicInteger region = new AtomicInteger();
        scripted.server.otherwise(
                (request, connection) ->
                        OddStore.error(
                                request,
                                connection,
                                301,
                                "PermanentRedirect",
                                "",
                                "x-amz-bucket-region: region-" + region.incrementAndGet()));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> read(TAG, FIRST_FIVE)).isInstanceOf(CredentialsRefused.class);
        }
        assertThat(scripted.server.requests()).hasSizeLessThan(20);
    }

    @Test
    @Covers("another-region-wrong-clock")
    void signsWithTheClockOfTheStore() {
        Instant there = Instant.now().plusSeconds(3600);
        String date =
                java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        there.atOffset(java.time.ZoneOffset.UTC));
        String hour = there.toString().substring(11, 13);
        scripted.server.otherwise(
                (request, connection) -> {
                    String signed = request.field("x-amz-date").orElse("");
                    boolean isClose = Math.abs(minutes(signed) - minutes(hour, there)) < 15;
                    if (isClose) {
                        OddStore.letters(request, connection, OddStore.TAG, "Date: " + date);
                    } else {
                        OddStore.error(
                                request,
                                connection,
                                403,
                                "RequestTimeTooSkewed",
                                "",
                                "Date: " + date);
                    }
                });
        assertThat(read(TAG, FIRST_FIVE)).isEqualTo("abcde");
        assertThat(scripted.store.head(ID).completeLength()).isEqualTo(26);
    }

    private static long minutes(String amzDate) {
        return Long.parseLong(amzDate.substring(9, 11)) * 60
                + Long.parseLong(amzDate.substring(11, 13));
    }

    private static long minutes(String hour, Instant there) {
        return Long.parseLong(hour) * 60 + Long.parseLong(there.toString().substring(14, 16));
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
