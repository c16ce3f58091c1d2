package io.rangestream.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.rangestream.transport.Http1Limits;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Skips the content of a request, which RFC 9110, section 9.3.1, gives no meaning, and checks its
 * expectations. Only HTTP/2 has content here: over HTTP/1.x the transport has skipped it.
 */
final class RequestContent {
    /** More than this is refused before it is read; the limit of the whole server. */
    static final int MOST_BYTES = Http1Limits.CONTENT_BYTES;

    private static final String CONTINUE = "100-continue";

    private RequestContent() {}

    /**
     * Skips content.
     *
     * @return why the request is refused for its content or expectation
     * @throws PeerGoneException if the content breaks off
     */
    static Optional<Problem> refuse(ServerRequest request) {
        if (request.content().hasEntity() && !isThrownAway(request)) {
            return Optional.of(
                    Problem.of(413, "content-too-large", "The request's content is too large"));
        }
        boolean knowsExpectations =
                request.headers().all(HeaderNames.EXPECT, List::of).stream()
                        .allMatch(CONTINUE::equalsIgnoreCase);
        return knowsExpectations
                ? Optional.empty()
                : Optional.of(
                        Problem.of(
                                417, "expectation-failed", "What is expected is not known here"));
    }

    private static boolean isThrownAway(ServerRequest request) {
        try (InputStream content = request.content().inputStream()) {
            return content.readNBytes(MOST_BYTES + 1).length <= MOST_BYTES;
        } catch (RequestException e) {
            return isNotTooLarge(e.status(), e);
        } catch (HttpException e) {
            return isNotTooLarge(e.status(), e);
        } catch (IOException
                | UncheckedIOException
                | DataReader.InsufficientDataAvailableException e) {
            throw new PeerGoneException(e);
        }
    }

    /** Whatever else is wrong with it is Helidon's to answer. */
    private static boolean isNotTooLarge(Status status, RuntimeException e) {
        if (status.code() != Status.REQUEST_ENTITY_TOO_LARGE_413.code()) {
            throw e;
        }
        return false;
    }
}
