package io.rangestream.http;

import io.helidon.http.Status;

/** What Helidon refuses by itself, before a route of ours is asked. */
final class TransportProblems {
    private TransportProblems() {}

    static Problem of(Status status) {
        return switch (status.code()) {
            case 400 -> Problem.of(400, "invalid-request", "The request can't be read");
            case 404 -> Problem.of(404, "not-found", "There is nothing here");
            case 413 -> Problem.of(413, "content-too-large", "The request's content is too large");
            case 414 -> Problem.of(414, "uri-too-long", "The request's target is too long");
            case 431 -> Problem.of(431, "fields-too-large", "The request's fields are too large");
            case 501 -> Problem.of(501, "method-unknown", "This method is unknown");
            case 505 ->
                    Problem.of(505, "version-unsupported", "This version of HTTP is not spoken");
            default ->
                    status.code() < 500
                            ? Problem.of(status.code(), "refused", "The request is refused")
                            : Problem.of(
                                    status.code(), "internal-error", "Something went wrong here");
        };
    }
}
