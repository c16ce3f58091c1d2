package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * What a request for an object brings along and nobody needs: content (RFC 9110, section 9.3.1
 * gives it no meaning) and expectations. A little content is read and thrown away, so that the
 * connection stays in step.
 */
final class RequestContent {
    private static final int MOST_BYTES = 64 * 1024;
    private static final String CONTINUE = "100-continue";

    private RequestContent() {}

    /** Why the request is refused for it; after a 413 its connection is out of step. */
    static Optional<Problem> refuse(ServerRequest request) {
        boolean knowsExpectations =
                request.headers().all(HeaderNames.EXPECT, List::of).stream()
                        .allMatch(CONTINUE::equalsIgnoreCase);
        if (!knowsExpectations) {
            return Optional.of(
                    Problem.of(417, "expectation-failed", "What is expected is not known here"));
        }
        if (!request.content().hasEntity() || !isTooMuch(request)) {
            return Optional.empty();
        }
        return Optional.of(
                Problem.of(413, "content-too-large", "The request's content is too large"));
    }

    private static boolean isTooMuch(ServerRequest request) {
        if (request.headers().contentLength().orElse(0) > MOST_BYTES) {
            return true;
        }
        try (InputStream content = request.content().inputStream()) {
            return content.readNBytes(MOST_BYTES + 1).length > MOST_BYTES;
        } catch (IOException e) {
            throw new PeerGoneException(e);
        }
    }
}
