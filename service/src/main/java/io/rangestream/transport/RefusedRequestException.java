package io.rangestream.transport;

import io.helidon.http.Status;

import java.io.Serial;

/**
 * Thrown if the bytes of an HTTP/1.x request are malformed or exceed a limit. No route sees such a
 * request, and its connection can't be used for another. {@link Http1RequestReader} turns it into a
 * response.
 *
 * <p>Part of the workaround {@link Http1RequestReader}.
 */
final class RefusedRequestException extends RuntimeException {
    /** RFC 6585, section 5; Helidon has no constant for it. */
    static final Status FIELDS_TOO_LARGE = Status.create(431);

    @Serial private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final String detail;

    /**
     * Creates a refusal.
     *
     * @param detail the reason, a fixed text, which is sent to the client
     */
    RefusedRequestException(Status status, String detail) {
        // Without a stack trace, because a client can cause any number of these.
        super(detail, null, false, false);
        this.status = status;
        this.detail = detail;
    }

    /** A refusal with status 400. */
    static RefusedRequestException badRequest(String detail) {
        return new RefusedRequestException(Status.BAD_REQUEST_400, detail);
    }

    Status status() {
        return status;
    }

    /** Returns the reason, a fixed text. */
    String detail() {
        return detail;
    }
}
