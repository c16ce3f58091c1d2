package io.rangestream.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A problem that a peer is told of (RFC 9457).
 *
 * @param status the HTTP status code
 * @param type the last part of its documented, stable type
 * @param title fixed words for people
 * @param detail what was wrong with the request, in fixed words of ours
 * @param retryAfter when to try again, in whole seconds on the wire
 * @param members extension members of this type (RFC 9457, section 3.2)
 */
record Problem(
        int status,
        String type,
        String title,
        Optional<String> detail,
        Optional<Duration> retryAfter,
        Map<String, String> members) {
    /** What all our problem types begin with. */
    static final String TYPE_PREFIX = "urn:rangestream:problem:";

    static Problem of(int status, String type, String title) {
        return new Problem(status, type, title, Optional.empty(), Optional.empty(), Map.of());
    }

    static Problem invalidRequest(String detail) {
        return new Problem(
                400,
                "invalid-request",
                "The request can't be read",
                Optional.of(detail),
                Optional.empty(),
                Map.of());
    }

    /** With these extension members and no others. */
    Problem with(Map<String, String> extensions) {
        return new Problem(status, type, title, detail, retryAfter, extensions);
    }

    Problem retryAfter(Duration duration) {
        return new Problem(status, type, title, detail, Optional.of(duration), members);
    }
}
