package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.rangestream.http.events.ReadEvents;
import io.rangestream.http.events.ReadReport;
import io.rangestream.range.ContentRange;
import io.rangestream.requestlog.CorrelationId;
import io.rangestream.requestlog.Protocols;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ReadHandle;
import io.rangestream.stream.FailureCause;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request and its results so far. The services fill it while they serve the request; the
 * line of the request log and the reports to the viewer's page are made from it. For the thread of
 * the request alone.
 */
final class Exchange {
    private static final int MAX_RANGE_CHARACTERS = 200;

    // Twice the longest registered method, UPDATEREDIRECTREF.
    private static final int MAX_METHOD_CHARACTERS = 34;

    private final String correlationId = CorrelationId.next();
    private final Instant startedAt;
    private final long startNanos = System.nanoTime();
    private final String protocol;
    private final String method;
    private final String route;
    private final Optional<String> range;
    private final Optional<String> viewer;
    private final Optional<String> viewerTag;
    private @Nullable ObjectId objectId;
    private int status;
    private @Nullable String error;
    private @Nullable String cause;
    private @Nullable Duration firstByte;
    private long bytes;

    /**
     * Starts the measurement of a request.
     *
     * @param route the route's fixed path, as the request log names it
     */
    Exchange(ServerRequest request, String route, Clock clock) {
        this.startedAt = clock.instant();
        this.protocol = Protocols.ofHttpVersion(request.prologue().protocolVersion());
        this.method = cut(request.prologue().method().text(), MAX_METHOD_CHARACTERS);
        this.route = route;
        this.range =
                request.headers()
                        .first(HeaderNames.RANGE)
                        .map(text -> cut(text, MAX_RANGE_CHARACTERS));
        this.viewer = ReadEvents.viewer(request);
        this.viewerTag = viewer.flatMap(_ -> ReadEvents.tag(request));
    }

    /** Bounds text that the client chose before it is kept and logged. */
    private static String cut(String text, int maxCharacters) {
        return text.length() <= maxCharacters ? text : text.substring(0, maxCharacters) + "...";
    }

    String correlationId() {
        return correlationId;
    }

    Optional<String> viewer() {
        return viewer;
    }

    Instant startedAt() {
        return startedAt;
    }

    void setObjectId(ObjectId id) {
        this.objectId = id;
    }

    void setStatus(int statusCode) {
        this.status = statusCode;
    }

    /**
     * Records a failure.
     *
     * @param kind its fixed word in the request log
     */
    void setError(String kind) {
        this.error = kind;
    }

    /**
     * Records a failure and the cause that the request log gives for it.
     *
     * @param kind its fixed word in the request log
     */
    void setError(String kind, RuntimeException failure) {
        this.error = kind;
        this.cause = FailureCause.of(failure).orElse(null);
    }

    /**
     * Counts bytes of the object that the transport has accepted.
     *
     * @param length in bytes
     */
    void sent(int length) {
        if (firstByte == null) {
            firstByte = elapsed();
        }
        bytes += length;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    RequestLine toLine(Outcome outcome, Map<ReadHandle.Origin, Long> bytesByOrigin) {
        return new RequestLine(
                startedAt,
                correlationId,
                protocol,
                method + " " + route,
                Optional.ofNullable(objectId),
                range,
                Integer.toString(status),
                outcome,
                Optional.ofNullable(error),
                Optional.ofNullable(cause),
                bytes,
                bytesByOrigin,
                Optional.ofNullable(firstByte),
                elapsed());
    }

    /**
     * The state of the read now.
     *
     * @param positions the positions that the response covers, if they are contiguous
     */
    ReadReport toReport(
            Optional<ContentRange> positions,
            ReadReport.State state,
            Map<ReadHandle.Origin, Long> bytesByOrigin) {
        return new ReadReport(
                correlationId,
                viewerTag,
                method,
                Optional.ofNullable(objectId),
                range,
                status,
                positions,
                bytes,
                startedAt,
                Optional.ofNullable(firstByte),
                elapsed(),
                bytesByOrigin,
                state);
    }
}
