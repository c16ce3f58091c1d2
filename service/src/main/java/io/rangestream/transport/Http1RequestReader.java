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
 * Reads the requests of an HTTP/1.x connection (RFC 9112), one after the other, and gives Helidon
 * one head at a time and no content. For one thread.
 *
 * <p>Content is skipped here, exactly as the head frames it, before the head is given: no route
 * uses any, and what Helidon never gets it can't take for the next request. For GET and HEAD all of
 * it is waited for. A request of another method is refused by its route anyway; if its content is
 * over the limit, or does not arrive soon, the response is not held up and the connection ends with
 * it. What is malformed is refused, and the connection reads nothing more.
 */
final class Http1RequestReader {
    // Longer than a request that is sent at once takes, shorter than a person minds.
    private static final Duration BRIEF = Duration.ofMillis(500);

    private final Arrivals arrivals;
    private final UnreadBytes in;
    private final Runnable sendContinue;
    private boolean isFirst = true;
    private boolean closed;
    private boolean leavesContent;
    private @Nullable StartLine line;
    private @Nullable Http1Head head;

    /**
     * Reads what arrives.
     *
     * @param sendContinue writes a response with status 100
     */
    Http1RequestReader(Arrivals arrivals, Runnable sendContinue) {
        this.arrivals = arrivals;
        this.in = new UnreadBytes(arrivals);
        this.sendContinue = sendContinue;
    }

    /** No request follows. */
    void close() {
        closed = true;
    }

    /** Whether content of the last request was not read, so that the client may still send it. */
    boolean leavesContent() {
        return leavesContent;
    }

    /**
     * Waits for the next request.
     *
     * @return its head, which is well-formed HTTP/1.1; null if there is none
     * @throws RequestException if it is refused; there is none after it
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
                    new Refusal(Status.REQUEST_TIMEOUT_408, "the request is not complete in time"));
        } catch (Refusal e) {
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
            throw new Refusal(
                    Status.HTTP_VERSION_NOT_SUPPORTED_505, "only HTTP/1.0 and HTTP/1.1 are read");
        }
        Http1Head complete = Http1HeadReader.read(in, startLine).orElseThrow(this::breaksOff);
        head = complete;
        leavesContent = !skipContent(startLine, complete);
        arrivals.stop();
        closed = leavesContent || complete.isLast();
        return complete.forHelidon(leavesContent);
    }

    /** Null if the connection ends, or speaks no HTTP from its first line. */
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
        // A client that speaks another protocol is not answered in this one: of a preface that is
        // wrong, RFC 9113, section 3.4, asks for the end of the connection.
        if (length < 0 || isFirst && !in.text(0, length).contains(" HTTP/")) {
            return null;
        }
        isFirst = false;
        return StartLine.parse(in, length);
    }

    /** Whether a connection that begins so speaks another protocol, TLS for one. */
    private static boolean isForeign(byte first) {
        return first < ' ' && first != UnreadBytes.LF;
    }

    /** RFC 9112, section 2.2. An idle connection stays idle over them. */
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
                throw Refusal.badRequest("a request does not begin with a method");
            }
            in.skip(2);
        }
    }

    /** Whether the content was skipped, so that what follows is the next request. */
    private boolean skipContent(StartLine startLine, Http1Head complete) throws TimeoutException {
        RequestFraming.Content content = complete.content();
        if (content.isNone()) {
            return true;
        }
        boolean isTooLarge = content.length() > Http1Limits.CONTENT_BYTES;
        if (startLine.isRead() && complete.expectation() != Expectation.OTHER) {
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
            if (startLine.isRead()) {
                throw tooLarge();
            }
            return false;
        }
        // A client that expects a 100 may wait for the response, and then send none.
        in.limitWaits(complete.expectation() == Expectation.NONE ? BRIEF : Duration.ZERO);
        try {
            skip(content);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (Refusal e) {
            if (e.status().equals(Status.REQUEST_ENTITY_TOO_LARGE_413) && !startLine.isRead()) {
                return false;
            }
            throw e;
        } finally {
            in.stopLimit();
        }
    }

    private static Refusal tooLarge() {
        return new Refusal(Status.REQUEST_ENTITY_TOO_LARGE_413, "content is over the limit");
    }

    private void skip(RequestFraming.Content content) throws TimeoutException {
        boolean isComplete =
                content.isChunked()
                        ? new ChunkedContent(in).skip()
                        : ChunkedContent.skip(in, content.length());
        if (!isComplete) {
            throw breaksOff();
        }
    }

    private Refusal breaksOff() {
        return Refusal.badRequest("the connection ended before the request did");
    }

    private RefusedRequest refused(String detail) {
        if (line == null) {
            return new RefusedRequest(
                    Version.UNSUPPORTED.label(), "", "", Optional.empty(), detail);
        }
        // Until its head is complete, a request is what the unread bytes begin with.
        String target = head == null ? in.text(line.targetFrom(), line.targetTo()) : head.target();
        Optional<String> origin = head == null ? Optional.empty() : head.field("origin");
        return new RefusedRequest(line.version().label(), line.method(), target, origin, detail);
    }

    private RequestException refuse(Refusal refusal) {
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
