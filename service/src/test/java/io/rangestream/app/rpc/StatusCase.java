package io.rangestream.app.rpc;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.clients.ForeignResponse;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A row of the contract's table of statuses: a call that fails, and its expected status. The tests
 * of the gRPC clients in all languages use the same rows.
 *
 * @param request request message in protobuf's JSON format
 * @param metadata expected metadata of ErrorInfo
 * @param violatedFields expected fields of BadRequest
 * @param retryDelay expected delay of RetryInfo, as in {@code 7s}
 * @param partsBefore kinds of the messages that precede the status
 */
public record StatusCase(
        String method,
        String request,
        String code,
        String reason,
        Map<String, String> metadata,
        List<String> violatedFields,
        Optional<String> retryDelay,
        List<String> partsBefore) {
    private static final String LONG = "x".repeat(1025);

    public StatusCase(String method, String request, String code, String reason) {
        this(method, request, code, reason, Map.of(), List.of(), Optional.empty(), List.of());
    }

    private StatusCase with(String key, String value) {
        return new StatusCase(
                method,
                request,
                code,
                reason,
                Map.of(key, value),
                violatedFields,
                retryDelay,
                partsBefore);
    }

    public StatusCase retryAfter(String delay) {
        return new StatusCase(
                method,
                request,
                code,
                reason,
                metadata,
                violatedFields,
                Optional.of(delay),
                partsBefore);
    }

    private StatusCase after(String... parts) {
        return new StatusCase(
                method,
                request,
                code,
                reason,
                metadata,
                violatedFields,
                retryDelay,
                List.of(parts));
    }

    private static StatusCase invalid(String method, String request, String... fields) {
        return new StatusCase(
                method,
                request,
                "INVALID_ARGUMENT",
                "INVALID_REQUEST",
                Map.of(),
                List.of(fields),
                Optional.empty(),
                List.of());
    }

    private static StatusCase notFound(String method, String request, String reason) {
        return new StatusCase(method, request, "NOT_FOUND", reason);
    }

    private static String ofA(String field, String value) {
        return object(FILMS, "A").replace("}", ",\"" + field + "\":" + value + "}");
    }

    public static String object(String bucket, String key) {
        return "{\"bucket\":\"" + bucket + "\",\"key\":\"" + key + "\"}";
    }

    /** Stores the objects and injects the store failures that the cases need. */
    public static void prepare(ServedEndpoints served) {
        for (String key : List.of("replaced", "cut")) {
            served.memory.put(FILMS, key, ALPHABET, TEXT);
        }
        served.faulty.failAt("replaced", 10, id -> new Changed(id, "now"));
        served.faulty.failAt("cut", 10, id -> new Unavailable(id, "secret", null));
        served.faulty.failAtOpen("denied", id -> new AccessDenied(id, null));
        Duration delay = Duration.ofSeconds(7);
        served.faulty.failAtOpen("busy", id -> new Throttled(id, Optional.of(delay), null));
        served.faulty.failAtOpen("down", id -> new Unavailable(id, "secret: ü", null));
    }

    /** All cases, for a server that was prepared by {@link #prepare}. */
    public static Stream<StatusCase> all(String currentTag) {
        return Stream.of(invalidReads(), invalidOthers(), notFound(), otherStatuses(currentTag))
                .flatMap(cases -> cases);
    }

    private static Stream<StatusCase> invalidReads() {
        String read = "ReadRange";
        return Stream.of(
                invalid(read, "{}", "bucket", "key"),
                invalid(read, object("", "A"), "bucket"),
                invalid(read, object(FILMS, ""), "key"),
                invalid(read, object(FILMS, "a/../b"), "key"),
                invalid(read, object(FILMS, "a\\u0001b"), "key"),
                invalid(read, object(FILMS, LONG), "key"),
                invalid(read, ofA("version_id", "\"\""), "version_id"),
                invalid(read, ofA("if_match", "\"\""), "if_match"),
                invalid(read, ofA("if_match", "\"unquoted\""), "if_match"),
                invalid(read, ofA("if_match", "\"*\""), "if_match"),
                invalid(read, ofA("if_match", "\"W/\\\"weak\\\"\""), "if_match"),
                invalid(read, ofA("if_match", "\"\\\"one\\\", \\\"two\\\"\""), "if_match"),
                invalid(read, ofA("max_chunk_bytes", "0"), "max_chunk_bytes"),
                invalid(read, ofA("max_chunk_bytes", "-1"), "max_chunk_bytes"),
                invalid(read, ofA("int_range", "{\"first_pos\":-1}"), "int_range.first_pos"),
                invalid(
                        read,
                        ofA("int_range", "{\"first_pos\":0,\"last_pos\":-1}"),
                        "int_range.last_pos"),
                invalid(
                        read,
                        ofA("int_range", "{\"first_pos\":5,\"last_pos\":4}"),
                        "int_range.last_pos"),
                invalid(
                        read,
                        ofA("suffix_range", "{\"suffix_length\":-1}"),
                        "suffix_range.suffix_length"));
    }

    private static Stream<StatusCase> invalidOthers() {
        return Stream.of(
                invalid("StatObject", "{}", "bucket", "key"),
                invalid("StatObject", ofA("version_id", "\"\""), "version_id"),
                invalid("ListObjects", "{}", "bucket"),
                invalid(
                        "ListObjects",
                        "{\"bucket\":\"films\",\"prefix\":\"" + LONG + "\"}",
                        "prefix"),
                invalid(
                        "ListObjects",
                        "{\"bucket\":\"films\",\"delimiter\":\"" + LONG + "\"}",
                        "delimiter"),
                invalid("ListObjects", "{\"bucket\":\"films\",\"page_size\":-1}", "page_size"),
                invalid("ListObjects", "{\"bucket\":\"films\",\"page_token\":\"x\"}", "page_token"),
                invalid("ListBuckets", "{\"page_size\":-1}", "page_size"),
                invalid("ListBuckets", "{\"page_token\":\"x\"}", "page_token"),
                invalid("Read", "{\"resource_name\":\"films\"}", "resource_name"),
                invalid("Read", "{\"resource_name\":\"films/A\",\"read_limit\":-1}", "read_limit"));
    }

    private static Stream<StatusCase> notFound() {
        return Stream.of(
                notFound("ReadRange", object("none", "A"), "BUCKET_NOT_FOUND"),
                notFound("ReadRange", object(FILMS, "none"), "OBJECT_NOT_FOUND"),
                notFound("ReadRange", ofA("version_id", "\"none\""), "VERSION_NOT_FOUND"),
                notFound("ReadRange", object(FILMS, "denied"), "OBJECT_NOT_FOUND"),
                notFound("StatObject", object("none", "A"), "BUCKET_NOT_FOUND"),
                notFound("StatObject", object(FILMS, "none"), "OBJECT_NOT_FOUND"),
                notFound("StatObject", ofA("version_id", "\"none\""), "VERSION_NOT_FOUND"),
                notFound("StatObject", object(FILMS, "denied"), "OBJECT_NOT_FOUND"),
                notFound("ListObjects", "{\"bucket\":\"none\"}", "BUCKET_NOT_FOUND"),
                notFound("Read", "{\"resource_name\":\"none/A\"}", "BUCKET_NOT_FOUND"),
                notFound("Read", "{\"resource_name\":\"films/none\"}", "OBJECT_NOT_FOUND"));
    }

    private static Stream<StatusCase> otherStatuses(String currentTag) {
        String read = "ReadRange";
        String outside = "RANGE_NOT_SATISFIABLE";
        return Stream.of(
                new StatusCase(
                                read,
                                ofA("int_range", "{\"first_pos\":26}"),
                                "OUT_OF_RANGE",
                                outside)
                        .with("complete_length", "26"),
                new StatusCase(read, ofA("suffix_range", "{}"), "OUT_OF_RANGE", outside)
                        .with("complete_length", "26"),
                new StatusCase(
                                "Read",
                                "{\"resource_name\":\"films/A\",\"read_offset\":27}",
                                "OUT_OF_RANGE",
                                outside)
                        .with("complete_length", "26"),
                new StatusCase(
                                read,
                                ofA("if_match", "\"\\\"other\\\"\""),
                                "FAILED_PRECONDITION",
                                "ETAG_MISMATCH")
                        .with("etag", currentTag),
                new StatusCase(read, object(FILMS, "replaced"), "ABORTED", "OBJECT_CHANGED")
                        .after("header", "chunk"),
                new StatusCase(read, object(FILMS, "cut"), "UNAVAILABLE", "STORE_UNAVAILABLE")
                        .retryAfter("1s")
                        .after("header", "chunk"),
                new StatusCase(read, object(FILMS, "down"), "UNAVAILABLE", "STORE_UNAVAILABLE")
                        .retryAfter("1s"),
                new StatusCase(
                                "StatObject",
                                object(FILMS, "down"),
                                "UNAVAILABLE",
                                "STORE_UNAVAILABLE")
                        .retryAfter("1s"),
                new StatusCase(read, object(FILMS, "busy"), "UNAVAILABLE", "STORE_THROTTLED")
                        .retryAfter("7s"));
    }

    /** Compares a response with the contract, field by field, and with the request log. */
    public void assertMatches(ForeignResponse answer, ServedEndpoints served) {
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.message()).isNotEmpty().isASCII().isPrintable();
        assertThat(answer.message()).doesNotContain("secret", FILMS);
        assertThat(answer.domain()).isEqualTo("rangestream.io");
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.metadata()).isEqualTo(metadata);
        assertThat(answer.violatedFields()).containsExactlyInAnyOrderElementsOf(violatedFields);
        assertThat(answer.retryDelay()).isEqualTo(retryDelay);
        Set<String> types = new TreeSet<>(Set.of("ErrorInfo", "RequestInfo"));
        if (!violatedFields.isEmpty()) {
            types.add("BadRequest");
        }
        retryDelay.ifPresent(_ -> types.add("RetryInfo"));
        assertThat(answer.details().keySet()).isEqualTo(types);
        assertThat(answer.parts().stream().map(part -> part.keySet().iterator().next()))
                .isEqualTo(partsBefore);
        assertIsLogged(answer.requestId(), served);
    }

    private void assertIsLogged(String requestId, ServedEndpoints served) {
        assertThat(requestId).matches("[0-9a-f]{16}");
        await().until(() -> served.line(requestId).isPresent());
        RequestLine line = served.line(requestId).orElseThrow();
        assertThat(line.status()).isEqualTo(code);
        assertThat(line.operation()).isEqualTo(method);
    }

    @Override
    public String toString() {
        String shown = request.length() > 80 ? request.substring(0, 80) + "…" : request;
        return code + " " + reason + " for " + method + " " + shown;
    }
}
