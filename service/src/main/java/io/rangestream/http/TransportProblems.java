package io.rangestream.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.Status;
import io.rangestream.transport.RefusedRequest;

import java.util.Optional;

/** The problems of requests that are refused before they reach a route. */
public final class TransportProblems {
    private TransportProblems() {}

    /**
     * The problem for a status that Helidon or the transport has chosen. If no request was read, a
     * 500 becomes a 400: Helidon answers a method that is not a token that way.
     */
    public static Problem of(Status status, DirectHandler.TransportRequest request) {
        if (request instanceof RefusedRequest refused) {
            Problem problem = of(status.code());
            return new Problem(
                    problem.status(),
                    problem.type(),
                    problem.title(),
                    Optional.of(refused.detail()),
                    problem.retryAfter(),
                    problem.members());
        }
        boolean isUnread = request.method().isEmpty();
        return isUnread && status.equals(Status.INTERNAL_SERVER_ERROR_500)
                ? of(Status.BAD_REQUEST_400.code())
                : of(status.code());
    }

    private static Problem of(int status) {
        return switch (status) {
            case 400 -> Problem.of(400, "invalid-request", "The request can't be read");
            case 404 -> Problem.of(404, "not-found", "This server has no resource at this path");
            case 408 -> Problem.of(408, "request-timeout", "The request did not arrive in time");
            case 413 -> Problem.of(413, "content-too-large", "The request's content is too large");
            case 414 -> Problem.of(414, "uri-too-long", "The request's target is too long");
            case 431 ->
                    Problem.of(
                            431, "fields-too-large", "The request's header section is too large");
            case 501 ->
                    Problem.of(
                            501,
                            "transfer-coding-unknown",
                            "This transfer coding is not supported");
            case 505 ->
                    Problem.of(505, "version-unsupported", "This version of HTTP is not supported");
            default ->
                    status < 500
                            ? Problem.of(status, "refused", "The request is refused")
                            : Problem.of(status, "internal-error", "The server failed");
        };
    }
}
