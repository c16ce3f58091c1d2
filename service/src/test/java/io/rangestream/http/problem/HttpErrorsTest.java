package io.rangestream.http.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.stream.InvalidRequestException.Violation;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class HttpErrorsTest {
    private static final ObjectId ID = ObjectId.of("secret-bucket", "secret-key");
    private static final String NONE = "";

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(
                        new NotFound(Missing.BUCKET, ID), 404, "not-found", NONE, "no-such-bucket"),
                arguments(
                        new NotFound(Missing.OBJECT, ID), 404, "not-found", NONE, "no-such-object"),
                arguments(
                        new NotFound(Missing.VERSION, ID),
                        404,
                        "not-found",
                        NONE,
                        "no-such-version"),
                arguments(new AccessDenied(ID, null), 404, "not-found", NONE, "access-denied"),
                arguments(
                        new CredentialsRefused(ID, "InvalidAccessKeyId", "secret advice", null),
                        502,
                        "store-credentials",
                        NONE,
                        "store-credentials"),
                arguments(
                        new Archived(ID, Optional.of("GLACIER"), Optional.empty(), null),
                        409,
                        "object-archived",
                        NONE,
                        "object-archived"),
                arguments(new Changed(ID, "how"), 503, "object-changed", "1", "object-changed"),
                arguments(
                        throttled(Optional.empty()),
                        503,
                        "store-throttled",
                        "1",
                        "store-throttled"),
                arguments(
                        throttled(Optional.of(Duration.ofSeconds(90))),
                        503,
                        "store-throttled",
                        "90",
                        "store-throttled"),
                arguments(
                        throttled(Optional.of(Duration.ofMillis(1001))),
                        503,
                        "store-throttled",
                        "2",
                        "store-throttled"),
                arguments(
                        new Unavailable(ID, "what", null),
                        502,
                        "store-unavailable",
                        NONE,
                        "store-unavailable"),
                arguments(
                        Unavailable.refused(ID, "what", null),
                        502,
                        "store-unavailable",
                        NONE,
                        "store-unavailable"),
                arguments(
                        Unavailable.circuitOpen(ID, Duration.ofMillis(1500)),
                        503,
                        "store-unavailable",
                        "2",
                        "store-unavailable"),
                arguments(
                        Unavailable.timedOut(ID, null),
                        504,
                        "store-timeout",
                        NONE,
                        "store-timeout"),
                arguments(
                        new InvalidRequestException("key", "is bad"),
                        400,
                        "invalid-request",
                        NONE,
                        "invalid-request"),
                arguments(
                        new IllegalStateException("secret-key"),
                        500,
                        "internal-error",
                        NONE,
                        "internal-error"));
    }

    private static Throttled throttled(Optional<Duration> retryAfter) {
        return new Throttled(ID, retryAfter, null);
    }

    @ParameterizedTest
    @MethodSource("failures")
    @Covers({"store-denies-access", "errors-store-their-code"})
    void mapsFailureToStatusTypeAndLogWord(
            RuntimeException failure, int status, String type, String retryAfter, String logged) {
        HttpErrors.Mapped mapped = HttpErrors.of(failure);
        assertThat(mapped.logged()).isEqualTo(logged);
        assertThat(mapped.problem().status()).isEqualTo(status);
        assertThat(mapped.problem().type()).isEqualTo(type);
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        ProblemWriter.setFields(headers, mapped.problem(), "0123456789abcdef");
        assertThat(headers.first(HeaderNames.RETRY_AFTER).orElse(NONE)).isEqualTo(retryAfter);
        assertThat(headers.first(HeaderNames.CACHE_CONTROL)).contains("no-store");
        assertThat(headers.first(HeaderNames.CONTENT_TYPE)).contains("application/problem+json");
        assertThat(headers.first(ProblemWriter.CORRELATION_ID)).contains("0123456789abcdef");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void bodyHasFixedTextsAndNoInternalNames(
            RuntimeException failure, int status, String type, String retryAfter, String logged) {
        byte[] bytes = ProblemWriter.body(HttpErrors.of(failure).problem(), "0123456789abcdef");
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(text).as("%s, %s", retryAfter, logged).doesNotContain("secret");
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        assertThat(json.get("type").getAsString()).endsWith(":" + type);
        assertThat(json.get("status").getAsInt()).isEqualTo(status);
        assertThat(json.get("title").getAsString()).isNotBlank();
        assertThat(json.get("correlationId").getAsString()).isEqualTo("0123456789abcdef");
    }

    @Test
    void archivedProblemHasStorageClassAndRestoreButNoStoreCode() {
        Problem problem =
                HttpErrors.of(
                                new Archived(
                                        ID,
                                        Optional.of("DEEP_ARCHIVE"),
                                        Optional.of("ongoing-request=\"true\""),
                                        null))
                        .problem();
        JsonObject json =
                JsonParser.parseString(
                                new String(
                                        ProblemWriter.body(problem, "0123456789abcdef"),
                                        StandardCharsets.UTF_8))
                        .getAsJsonObject();
        assertThat(json.get("storageClass").getAsString()).isEqualTo("DEEP_ARCHIVE");
        assertThat(json.get("restore").getAsString()).isEqualTo("ongoing-request=\"true\"");
        Problem refused =
                HttpErrors.of(new CredentialsRefused(ID, "ExpiredToken", "advice", null)).problem();
        assertThat(new String(ProblemWriter.body(refused, "c"), StandardCharsets.UTF_8))
                .doesNotContain("ExpiredToken", "advice");
    }

    @Test
    void invalidRequestListsAllViolationsWithHttpNames() {
        InvalidRequestException failure =
                new InvalidRequestException(
                        List.of(
                                new Violation("page_size", "is negative"),
                                new Violation("prefix", "is longer than 1024 bytes of UTF-8")));
        assertThat(HttpErrors.of(failure).problem().detail())
                .contains("page-size is negative; prefix is longer than 1024 bytes of UTF-8");
    }
}
