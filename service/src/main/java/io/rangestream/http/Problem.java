package io.rangestream.http;

import io.helidon.http.Method;
import io.rangestream.transport.RegisteredMethods;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * An error response in the form of RFC 9457, without its correlation id. Immutable.
 *
 * @param status the HTTP status code
 * @param type the last part of its documented, stable type
 * @param title a fixed text for people
 * @param detail a fixed text that says which part of the request is wrong
 * @param retryAfter when the client may try again; sent in whole seconds
 * @param members extension members of this type (RFC 9457, section 3.2)
 */
public record Problem(
        int status,
        String type,
        String title,
        Optional<String> detail,
        Optional<Duration> retryAfter,
        Map<String, String> members) {
    /** The common prefix of all problem types. */
    static final String TYPE_PREFIX = "urn:rangestream:problem:";

    public static Problem of(int status, String type, String title) {
        return new Problem(status, type, title, Optional.empty(), Optional.empty(), Map.of());
    }

    public static Problem invalidRequest(String detail) {
        return new Problem(
                400,
                "invalid-request",
                "The request can't be read",
                Optional.of(detail),
                Optional.empty(),
                Map.of());
    }

    /**
     * The refusal of a method that a route does not support: 405 if the method is registered, else
     * 501. Clients retry a 501, so a registered method, such as one of WebDAV, must not get it.
     */
    public static Problem ofMethod(Method method) {
        return RegisteredMethods.contains(method.text())
                ? of(405, "method-not-allowed", "This method is not allowed here")
                : of(501, "method-unknown", "This method is unknown");
    }

    /** Copies this problem with these extension members instead of its own. */
    Problem with(Map<String, String> extensions) {
        return new Problem(status, type, title, detail, retryAfter, extensions);
    }

    public Problem retryAfter(Duration duration) {
        return new Problem(status, type, title, detail, Optional.of(duration), members);
    }
}
