package io.rangestream.http;

import com.google.gson.JsonObject;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.requestlog.CorrelationId;

import java.nio.charset.StandardCharsets;

/**
 * Writes problems as responses (RFC 9457). The response to HEAD has the same fields and no body.
 */
public final class ProblemWriter {
    public static final HeaderName CORRELATION_ID = HeaderNames.create(CorrelationId.FIELD_NAME);
    public static final Header NO_STORE =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

    private static final Header PROBLEM_JSON =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/problem+json");

    private ProblemWriter() {}

    /** Sends a problem; keeps fields that are set on the response already. */
    public static void write(
            ServerRequest request, ServerResponse response, Problem problem, String correlationId) {
        byte[] body = body(problem, correlationId);
        response.status(Status.create(problem.status()));
        setFields(response.headers(), problem, correlationId);
        response.headers().contentLength(body.length);
        if (request.prologue().method().equals(Method.HEAD)) {
            response.send();
        } else {
            response.send(body);
        }
    }

    public static void setFields(
            ServerResponseHeaders headers, Problem problem, String correlationId) {
        headers.set(PROBLEM_JSON);
        headers.set(NO_STORE);
        headers.set(SecurityFields.NOSNIFF);
        headers.set(CORRELATION_ID, correlationId);
        if (problem.retryAfter().isPresent()) {
            // Whole seconds, rounded up: an earlier retry would be refused again.
            long seconds = problem.retryAfter().get().plusNanos(999_999_999).toSeconds();
            headers.set(HeaderNames.RETRY_AFTER, Long.toString(seconds));
        }
    }

    public static byte[] body(Problem problem, String correlationId) {
        JsonObject json = new JsonObject();
        json.addProperty("type", Problem.TYPE_PREFIX + problem.type());
        json.addProperty("title", problem.title());
        json.addProperty("status", problem.status());
        problem.detail().ifPresent(detail -> json.addProperty("detail", detail));
        problem.members().forEach(json::addProperty);
        json.addProperty("correlationId", correlationId);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
