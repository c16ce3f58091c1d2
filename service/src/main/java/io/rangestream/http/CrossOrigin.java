package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.ServerResponseHeaders;
import io.rangestream.requestlog.CorrelationId;

import java.util.Optional;

/** What pages of other origins may read of an answer, and ask (Fetch, section 3.3). */
final class CrossOrigin {
    private static final HeaderName TIMING_ALLOW_ORIGIN = HeaderNames.create("Timing-Allow-Origin");
    private static final String EXPOSED =
            "Accept-Ranges, Content-Range, Content-Length, Content-Encoding, Content-Language,"
                    + " ETag, Last-Modified, Content-Disposition, Retry-After, WWW-Authenticate,"
                    + " Cache-Status, Server-Timing, "
                    + CorrelationId.FIELD_NAME;
    private static final String METHODS = "GET, HEAD";
    private static final String REQUEST_FIELDS =
            "range, if-range, if-match, if-none-match, if-modified-since, if-unmodified-since,"
                    + " authorization";

    // Chromium believes it for two hours at most, Firefox for a day.
    private static final String MAX_AGE_SECONDS = "7200";

    private final AllowedOrigins origins;

    CrossOrigin(AllowedOrigins origins) {
        this.origins = origins;
    }

    /** Sets what every answer has, also one that refuses or fails. */
    void set(ServerRequestHeaders request, ServerResponseHeaders response) {
        if (origins.isNone()) {
            return;
        }
        if (!origins.isAny()) {
            // Also where no origin was sent: a cache must not give that answer to a page.
            response.set(HeaderNames.VARY, HeaderNames.ORIGIN.defaultCase());
        }
        allowed(request)
                .ifPresent(
                        origin -> {
                            response.set(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                            response.set(TIMING_ALLOW_ORIGIN, origin);
                            response.set(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
                        });
    }

    /** Adds what a preflight asks for, where the origin is allowed; else it gets nothing. */
    void setPreflight(ServerRequestHeaders request, ServerResponseHeaders response) {
        if (isPreflight(request) && allowed(request).isPresent()) {
            response.set(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            response.set(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_FIELDS);
            response.set(HeaderNames.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        }
    }

    private static boolean isPreflight(ServerRequestHeaders request) {
        return request.contains(HeaderNames.ORIGIN)
                && request.contains(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** The value that allows the request's origin; with any allowed, also without one. */
    private Optional<String> allowed(ServerRequestHeaders request) {
        if (origins.isAny()) {
            return Optional.of(origins.inAnswerTo(""));
        }
        return request.first(HeaderNames.ORIGIN).filter(origins::allows).map(origins::inAnswerTo);
    }
}
