package io.rangestream.http;

import io.rangestream.fault.FatalErrors;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OverloadedException;
import io.rangestream.stream.InvalidRequestException;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Maps each failure to a problem for the client and to a word for the request log. The one place
 * where this is decided for HTTP.
 */
public final class HttpErrors {
    private static final Duration SOON = Duration.ofSeconds(1);

    /**
     * A mapped failure.
     *
     * @param logged the word in the request log, which may say more than the client receives
     */
    public record Mapped(Problem problem, String logged) {}

    private HttpErrors() {}

    /**
     * Maps a failure.
     *
     * @param deniedIsForbidden our choice K8: whether a denial by the store is a 403 and not a 404
     */
    public static Mapped of(RuntimeException failure, boolean deniedIsForbidden) {
        return deniedIsForbidden && failure instanceof AccessDenied
                ? new Mapped(
                        Problem.of(403, "access-denied", "The store denies this object"),
                        "access-denied")
                : of(failure);
    }

    public static Mapped of(RuntimeException failure) {
        return switch (failure) {
            case InvalidRequestException e -> {
                String detail = e.words().replace('_', '-');
                yield new Mapped(Problem.invalidRequest(detail), "invalid-request");
            }
            case ObjectStoreException e -> ofStore(e);
            case OverloadedException e ->
                    new Mapped(
                            Problem.of(503, "overloaded", "The server is overloaded")
                                    .retryAfter(e.retryAfter()),
                            "overloaded");
            default -> {
                // A reader of a failed fetch has the fetch thread's error as the cause of its
                // exception.
                FatalErrors.check(failure);
                yield new Mapped(
                        Problem.of(500, "internal-error", "The server failed"), "internal-error");
            }
        };
    }

    private static Mapped ofStore(ObjectStoreException failure) {
        return switch (failure) {
            case NotFound e -> notFound("no-such-" + e.missing().name().toLowerCase(Locale.ROOT));
            // S3 answers 403 for a missing key to a caller without the right to list; a 404
            // discloses nothing (K8).
            case AccessDenied e -> notFound("access-denied");
            case Changed e ->
                    new Mapped(
                            Problem.of(503, "object-changed", "The object keeps changing")
                                    .retryAfter(SOON),
                            "object-changed");
            case CredentialsRefused _ ->
                    new Mapped(
                            Problem.of(
                                    502,
                                    "store-credentials",
                                    "The store refuses this server's credentials"),
                            "store-credentials");
            case Archived e -> new Mapped(archived(e), "object-archived");
            case Throttled e ->
                    new Mapped(
                            Problem.of(503, "store-throttled", "The store asks for fewer requests")
                                    .retryAfter(e.retryAfter().orElse(SOON)),
                            "store-throttled");
            case Unavailable e -> unavailable(e);
        };
    }

    private static Problem archived(Archived failure) {
        Map<String, String> members = new LinkedHashMap<>();
        failure.storageClass().ifPresent(name -> members.put("storageClass", name));
        failure.restore().ifPresent(state -> members.put("restore", state));
        return Problem.of(
                        409,
                        "object-archived",
                        "The object must be restored from an archive before it can be read")
                .with(members);
    }

    private static Mapped unavailable(Unavailable failure) {
        if (failure.isTimeout()) {
            return new Mapped(
                    Problem.of(504, "store-timeout", "The store did not answer in time"),
                    "store-timeout");
        }
        // 502: the store was called and failed. 503: it was not called, for example because the
        // circuit breaker is open, and the time of the next call is known.
        Problem problem =
                failure.retryAfter()
                        .map(delay -> storeUnavailable(503).retryAfter(delay))
                        .orElseGet(() -> storeUnavailable(502));
        return new Mapped(problem, "store-unavailable");
    }

    private static Problem storeUnavailable(int status) {
        return Problem.of(status, "store-unavailable", "The store can't be read");
    }

    private static Mapped notFound(String logged) {
        return new Mapped(Problem.of(404, "not-found", "There is no such object"), logged);
    }
}
