package io.rangestream.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * What a request for an object brings along and nobody needs: content (RFC 9110, section 9.3.1
 * gives it no meaning) and expectations. A little content is read and thrown away, so that the
 * connection stays in step.
 */
final class RequestContent {
    /** More than this is refused before it is read; the server's own limit for HTTP. */
    static final int MOST_BYTES = 64 * 1024;

    private static final String CONTINUE = "100-continue";

    private RequestContent() {}

    /**
     * Throws content away.
     *
     * @return why the request is refused for its content or expectation; after a 413 its connection
     *     is out of step
     * @throws PeerGoneException where the content breaks off
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
