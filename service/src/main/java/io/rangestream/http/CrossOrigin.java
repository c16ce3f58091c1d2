package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.ServerResponseHeaders;
import io.rangestream.requestlog.CorrelationId;

import java.util.Optional;

/**
 * The CORS fields (Fetch, section 3.3): which responses, response fields and request fields pages
 * of other origins may use. Immutable.
 */
public final class CrossOrigin {
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

    // In seconds. Chromium caps it at two hours, Firefox at a day.
    private static final String MAX_AGE_SECONDS = "7200";

    private final AllowedOrigins origins;

    public CrossOrigin(AllowedOrigins origins) {
        this.origins = origins;
    }

    /** Sets the fields that every response has, also an error. */
    public void set(ServerRequestHeaders request, ServerResponseHeaders response) {
        if (origins.isNone()) {
            return;
        }
        if (!origins.isAny()) {
            // Also if the request has no Origin: a cache must not reuse that response for a page.
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

    /** Sets the fields that a preflight asks for, if the origin is allowed; otherwise none. */
    public void setPreflight(ServerRequestHeaders request, ServerResponseHeaders response) {
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

    /**
     * The value of Access-Control-Allow-Origin. If any origin is allowed, a request without one
     * gets it too.
     */
    private Optional<String> allowed(ServerRequestHeaders request) {
        if (origins.isAny()) {
            return Optional.of(origins.fieldValueFor(""));
        }
        return request.first(HeaderNames.ORIGIN)
                .filter(origins::allows)
                .map(origins::fieldValueFor);
    }
}
