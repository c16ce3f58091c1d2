package io.rangestream.transport;

import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.rangestream.transport.Http1Head.Expectation;
import io.rangestream.transport.StartLine.Version;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Reads the requests of an HTTP/1.x connection (RFC 9112), one after the other, and passes Helidon
 * one head at a time, without content. A malformed request is refused and ends the connection. For
 * the connection's thread.
 *
 * <p>The content of a request is skipped, exactly as the head frames it, before the head is passed
 * on: no route uses content, and Helidon can't mistake bytes that it never receives for the next
 * request. For GET and HEAD all content is awaited. All other methods are refused by their routes:
 * if such a request has content above the limit, or content that does not arrive soon, the response
 * is sent without waiting for it and the connection ends.
 *
 * <p>Workaround for Helidon 4.5.0: a chunk with an extension fails, and its content is read as the
 * next request; trailers and empty lines before a request are refused; a request after {@code
 * Connection: close} is read (not reported).
 */
final class Http1RequestReader {
    // Content that is sent together with its head arrives within this time; a person does not mind
    // the delay.
    private static final Duration CONTENT_WAIT = Duration.ofMillis(500);

    private final Arrivals arrivals;
    private final UnreadBytes in;
    private final Runnable sendContinue;
    private boolean isFirst = true;
    private boolean closed;
    private boolean leavesContent;
    private @Nullable StartLine line;
    private @Nullable Http1Head head;

    /**
     * Creates a reader of one connection.
     *
     * @param sendContinue writes an interim response with status 100
     */
    Http1RequestReader(Arrivals arrivals, Runnable sendContinue) {
        this.arrivals = arrivals;
        this.in = new UnreadBytes(arrivals);
        this.sendContinue = sendContinue;
    }

    /** Reads no further request. */
    void close() {
        closed = true;
    }

    /** Returns whether the client may still send content of the last request. */
    boolean leavesContent() {
        return leavesContent;
    }

    /**
     * Waits for the next request.
     *
     * @return the request's head, as well-formed HTTP/1.1; null if no request follows
     * @throws RequestException if the request is refused; none follows it
     */
    byte @Nullable [] next() {
        arrivals.stop();
        if (closed) {
            return null;
        }
        line = null;
        head = null;
        try {
            return read();
        } catch (TimeoutException e) {
            throw refuse(
                    new RefusedRequestException(
                            Status.REQUEST_TIMEOUT_408, "the request is not complete in time"));
        } catch (RefusedRequestException e) {
            throw refuse(e);
        }
    }

    private byte @Nullable [] read() throws TimeoutException {
        StartLine startLine = readLine();
        if (startLine == null) {
            closed = true;
            return null;
        }
        line = startLine;
        if (startLine.version() == Version.UNSUPPORTED) {
            throw new RefusedRequestException(
                    Status.HTTP_VERSION_NOT_SUPPORTED_505, "only HTTP/1.0 and HTTP/1.1 are read");
        }
        Http1Head complete = Http1HeadReader.read(in, startLine).orElseThrow(this::incomplete);
        head = complete;
        leavesContent = !skipContent(startLine, complete);
        arrivals.stop();
        closed = leavesContent || complete.isLast();
        return complete.forHelidon(leavesContent);
    }

    /** Returns null if the connection ends, or if its first line is not HTTP. */
    private @Nullable StartLine readLine() throws TimeoutException {
        if (!skipEmptyLines()) {
            return null;
        }
        arrivals.start();
        if (isFirst && isForeign(in.at(0))) {
            return null;
        }
        int length =
                in.line(
                        0,
                        Http1Limits.REQUEST_LINE_BYTES,
                        Status.REQUEST_URI_TOO_LONG_414,
                        "the request line");
        // A client of another protocol receives no HTTP response. For a wrong preface, RFC 9113,
        // section 3.4, requires the end of the connection.
        if (length < 0 || isFirst && !in.text(0, length).contains(" HTTP/")) {
            return null;
        }
        isFirst = false;
        return StartLine.parse(in, length);
    }

    /** Returns whether a connection's first byte belongs to another protocol, as TLS. */
    private static boolean isForeign(byte first) {
        return first < ' ' && first != UnreadBytes.LF;
    }

    /**
     * Skips empty lines before a request (RFC 9112, section 2.2). They do not start the time limit
     * of a request.
     *
     * @return false if the connection ends
     */
    private boolean skipEmptyLines() throws TimeoutException {
        for (int skipped = 0; ; skipped++) {
            if (in.length() == 0 && !in.more()) {
                return false;
            }
            if (in.at(0) != UnreadBytes.CR) {
                return true;
            }
            if (in.length() == 1 && !in.more()) {
                return false;
            }
            if (in.at(1) != UnreadBytes.LF || skipped == Http1Limits.EMPTY_LINES) {
                throw RefusedRequestException.badRequest("a request does not begin with a method");
            }
            in.skip(2);
        }
    }

    /** Skips the content; returns false if the client may still send some. */
    private boolean skipContent(StartLine startLine, Http1Head complete) throws TimeoutException {
        RequestFraming.Content content = complete.content();
        if (content.isNone()) {
            return true;
        }
        boolean isTooLarge = content.length() > Http1Limits.CONTENT_BYTES;
        if (startLine.isGetOrHead() && complete.expectation() != Expectation.OTHER) {
            if (isTooLarge) {
                throw tooLarge();
            }
            if (complete.expectation() == Expectation.CONTINUE && in.length() == 0) {
                sendContinue.run();
            }
            skip(content);
            return true;
        }
        if (isTooLarge) {
            if (startLine.isGetOrHead()) {
                throw tooLarge();
            }
            return false;
        }
        // A client that expects a 100 may wait for the final response and then send no content.
        in.limitWaits(complete.expectation() == Expectation.NONE ? CONTENT_WAIT : Duration.ZERO);
        try {
            skip(content);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (RefusedRequestException e) {
            if (e.status().equals(Status.REQUEST_ENTITY_TOO_LARGE_413)
                    && !startLine.isGetOrHead()) {
                return false;
            }
            throw e;
        } finally {
            in.stopLimit();
        }
    }

    private static RefusedRequestException tooLarge() {
        return new RefusedRequestException(
                Status.REQUEST_ENTITY_TOO_LARGE_413, "content is over the limit");
    }

    private void skip(RequestFraming.Content content) throws TimeoutException {
        boolean isComplete =
                content.isChunked()
                        ? new ChunkedContent(in).skip()
                        : ChunkedContent.skip(in, content.length());
        if (!isComplete) {
            throw incomplete();
        }
    }

    private RefusedRequestException incomplete() {
        return RefusedRequestException.badRequest("the connection ended before the request did");
    }

    private RefusedRequest refused(String detail) {
        if (line == null) {
            return new RefusedRequest(
                    Version.UNSUPPORTED.label(), "", "", Optional.empty(), detail);
        }
        // Until its head is complete, the request's bytes are the first of the unread ones.
        String target = head == null ? in.text(line.targetFrom(), line.targetTo()) : head.target();
        Optional<String> origin = head == null ? Optional.empty() : head.field("origin");
        return new RefusedRequest(line.version().label(), line.method(), target, origin, detail);
    }

    private RequestException refuse(RefusedRequestException refusal) {
        closed = true;
        return RequestException.builder()
                .type(EventType.BAD_REQUEST)
                .status(refusal.status())
                .setKeepAlive(false)
                .header(HeaderValues.CONNECTION_CLOSE)
                .request(refused(refusal.detail()))
                .message(refusal.detail())
                .build();
    }
}
