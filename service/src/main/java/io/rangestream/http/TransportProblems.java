package io.rangestream.http;

import io.helidon.http.Status;

import java.util.Optional;

/** What Helidon refuses by itself, before a route of ours is asked. */
final class TransportProblems {
    private static final int FIELDS_TOO_LARGE_STATUS = 431;
    // Helidon has no other sign for it: its status is that of any bad request.
    private static final String FIELDS_TOO_LARGE = "Header size exceeded";

    private TransportProblems() {}

    /**
     * The problem that a status stands for.
     *
     * @param isUnread whether there is no request yet: what fails then, it does for what was sent,
     *     as for a method that is no word
     * @param message Helidon's words, which are not for the peer
     */
    static Problem of(Status status, boolean isUnread, Optional<String> message) {
        if (isUnread && status.equals(Status.INTERNAL_SERVER_ERROR_500)) {
            return of(Status.BAD_REQUEST_400.code());
        }
        boolean isTooLarge =
                status.equals(Status.BAD_REQUEST_400)
                        && message.filter(FIELDS_TOO_LARGE::equals).isPresent();
        return of(isTooLarge ? FIELDS_TOO_LARGE_STATUS : status.code());
    }

    private static Problem of(int status) {
        return switch (status) {
            case 400 -> Problem.of(400, "invalid-request", "The request can't be read");
            case 404 -> Problem.of(404, "not-found", "There is nothing here");
            case 408 -> Problem.of(408, "request-timeout", "The request did not arrive in time");
            case 413 -> Problem.of(413, "content-too-large", "The request's content is too large");
            case 414 -> Problem.of(414, "uri-too-long", "The request's target is too long");
            case 431 -> Problem.of(431, "fields-too-large", "The request's fields are too large");
            case 501 -> Problem.of(501, "method-unknown", "This method is unknown");
            case 505 ->
                    Problem.of(505, "version-unsupported", "This version of HTTP is not spoken");
            default ->
                    status < 500
                            ? Problem.of(status, "refused", "The request is refused")
                            : Problem.of(status, "internal-error", "Something went wrong here");
        };
    }
}
