package io.rangestream.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.rangestream.http.problem.Problem;
import io.rangestream.transport.http1.Http1Limits;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Skips the content of a request for an object, to which RFC 9110, section 9.3.1, gives no meaning,
 * and checks the Expect field. Only requests over HTTP/2 have content here: over HTTP/1.x the
 * transport has skipped it.
 */
final class RequestContent {
    /** The limit of the whole server; larger content is refused before it is read. */
    static final int MAX_BYTES = Http1Limits.CONTENT_BYTES;

    private static final String CONTINUE = "100-continue";

    private RequestContent() {}

    /**
     * Skips the content.
     *
     * @return the refusal, if the content is too large or the expectation unknown
     * @throws ClientGoneException if the content ends early
     */
    static Optional<Problem> skip(ServerRequest request) {
        if (request.content().hasEntity() && !isSkipped(request)) {
            return Optional.of(
                    Problem.of(413, "content-too-large", "The request's content is too large"));
        }
        boolean isSupported =
                request.headers().all(HeaderNames.EXPECT, List::of).stream()
                        .allMatch(CONTINUE::equalsIgnoreCase);
        return isSupported
                ? Optional.empty()
                : Optional.of(
                        Problem.of(417, "expectation-failed", "This expectation is not supported"));
    }

    private static boolean isSkipped(ServerRequest request) {
        try (InputStream content = request.content().inputStream()) {
            return content.readNBytes(MAX_BYTES + 1).length <= MAX_BYTES;
        } catch (RequestException e) {
            return rethrowUnlessTooLarge(e.status(), e);
        } catch (HttpException e) {
            return rethrowUnlessTooLarge(e.status(), e);
        } catch (IOException
                | UncheckedIOException
                | DataReader.InsufficientDataAvailableException e) {
            throw new ClientGoneException(e);
        }
    }

    /** Rethrows any other failure, which Helidon answers. */
    private static boolean rethrowUnlessTooLarge(Status status, RuntimeException e) {
        if (status.code() != Status.REQUEST_ENTITY_TOO_LARGE_413.code()) {
            throw e;
        }
        return false;
    }
}
