package io.rangestream.transport;

import io.helidon.http.Status;

import java.io.Serial;

/**
 * A request that is refused for what its bytes are, before any route is chosen. The connection
 * can't be used for another request.
 */
final class Refusal extends RuntimeException {
    /** RFC 6585, section 5; Helidon has no constant for it. */
    static final Status FIELDS_TOO_LARGE = Status.create(431);

    @Serial private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final String detail;

    /**
     * Creates a refusal.
     *
     * @param detail what is wrong with the request, in fixed words: it is sent to the client
     */
    Refusal(Status status, String detail) {
        // A client can cause any number of these: they have no stack trace.
        super(detail, null, false, false);
        this.status = status;
        this.detail = detail;
    }

    /** A refusal with status 400. */
    static Refusal badRequest(String detail) {
        return new Refusal(Status.BAD_REQUEST_400, detail);
    }

    Status status() {
        return status;
    }

    /** What is wrong, in fixed words. */
    String detail() {
        return detail;
    }
}
