package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.rangestream.requestlog.CorrelationId;
import io.rangestream.requestlog.Protocols;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead;
import io.rangestream.stream.FailureCause;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** One request and what has come of it so far: what the log and the viewer's page are told. */
final class Exchange {
    private static final int MAX_RANGE_CHARACTERS = 200;

    // Twice the longest registered method, UPDATEREDIRECTREF.
    private static final int MAX_METHOD_CHARACTERS = 34;

    private final String correlationId = CorrelationId.next();
    private final Instant startedAt;
    private final long startNanos = System.nanoTime();
    private final String protocol;
    private final String operation;
    private final Optional<String> range;
    private final Optional<String> viewer;
    private final Optional<String> viewerTag;

    private @Nullable ObjectId objectId;
    private int status;
    private @Nullable String error;
    private @Nullable String cause;
    private @Nullable Duration firstByte;
    private long bytes;

    Exchange(ServerRequest request, String route, Clock clock) {
        this.startedAt = clock.instant();
        this.protocol = Protocols.ofHttpVersion(request.prologue().protocolVersion());
        this.operation =
                cut(request.prologue().method().text(), MAX_METHOD_CHARACTERS) + " " + route;
        this.range =
                request.headers()
                        .first(HeaderNames.RANGE)
                        .map(text -> cut(text, MAX_RANGE_CHARACTERS));
        this.viewer = ReadEvents.viewer(request);
        this.viewerTag = viewer.flatMap(_ -> ReadEvents.tag(request));
    }

    /** Enough of what a client wrote to recognise it; it must not fill our memory or our log. */
    private static String cut(String text, int maxCharacters) {
        return text.length() <= maxCharacters ? text : text.substring(0, maxCharacters) + "...";
    }

    String correlationId() {
        return correlationId;
    }

    Optional<String> viewer() {
        return viewer;
    }

    Optional<String> viewerTag() {
        return viewerTag;
    }

    int status() {
        return status;
    }

    Optional<ObjectId> objectId() {
        return Optional.ofNullable(objectId);
    }

    Optional<String> range() {
        return range;
    }

    Instant startedAt() {
        return startedAt;
    }

    Optional<Duration> firstByte() {
        return Optional.ofNullable(firstByte);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    long bytes() {
        return bytes;
    }

    String method() {
        return operation.substring(0, operation.indexOf(' '));
    }

    void isAbout(ObjectId id) {
        this.objectId = id;
    }

    void answers(int statusCode) {
        this.status = statusCode;
    }

    void failed(String what) {
        this.error = what;
    }

    void failed(String what, RuntimeException why) {
        this.error = what;
        this.cause = FailureCause.of(why).orElse(null);
    }

    void sent(int length) {
        if (firstByte == null) {
            firstByte = elapsed();
        }
        bytes += length;
    }

    RequestLine toLine(Outcome outcome, Map<OpenRead.Origin, Long> bytesByOrigin) {
        return new RequestLine(
                startedAt,
                correlationId,
                protocol,
                operation,
                objectId(),
                range,
                Integer.toString(status),
                outcome,
                Optional.ofNullable(error),
                Optional.ofNullable(cause),
                bytes,
                bytesByOrigin,
                firstByte(),
                elapsed());
    }
}
