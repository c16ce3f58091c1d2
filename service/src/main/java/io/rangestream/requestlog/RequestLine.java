package io.rangestream.requestlog;

import com.google.gson.stream.JsonWriter;

import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is logged of one request, once it has ended.
 *
 * <p>Text that a client or a store has chosen is cut when the line is made: a line holds no large
 * text while it is queued, and is at most {@link #MAX_JSON_CHARS} long when it is written.
 *
 * @param protocol one of {@link Protocols}
 * @param operation an HTTP method and route, or the name of an rpc
 * @param range what was asked, as the peer wrote it
 * @param status an HTTP status code, or the name of a gRPC one
 * @param error the kind of failure, where there was one
 * @param cause what is known of it, in words that no peer sees
 * @param bytes how many bytes of an object were handed to the transport
 */
public record RequestLine(
        Instant startedAt,
        String correlationId,
        String protocol,
        String operation,
        Optional<ObjectId> objectId,
        Optional<String> range,
        String status,
        Outcome outcome,
        Optional<String> error,
        Optional<String> cause,
        long bytes,
        Map<OpenRead.Origin, Long> bytesByOrigin,
        Optional<Duration> firstByte,
        Duration duration) {

    /** The longest line, escapes counted: the sum of the limits below, of numbers and of names. */
    static final int MAX_JSON_CHARS = 4096;

    // Each limit counts characters as they are escaped in the line. Longer text is cut.
    private static final int MAX_OPERATION_CHARS = 96;
    // A bucket is named by configuration, but a request may ask for any name.
    private static final int MAX_BUCKET_CHARS = 128;
    // A key has up to 1024 bytes of UTF-8: in ASCII all of it is logged.
    private static final int MAX_KEY_CHARS = 2048;
    private static final int MAX_VERSION_ID_CHARS = 256;
    private static final int MAX_RANGE_CHARS = 256;
    private static final int MAX_STATUS_CHARS = 32;
    private static final int MAX_ERROR_CHARS = 64;
    private static final int MAX_CAUSE_CHARS = 512;
    private static final int MAX_CORRELATION_ID_CHARS = 64;

    // The shortest of the limits of an object's name, were each character escaped.
    private static final int SHORT_CHARS = 20;

    // Objects that a queued line consists of, without the characters of its text.
    private static final int FIXED_HELD_BYTES = 512;

    public RequestLine {
        correlationId = LogText.cut(correlationId, MAX_CORRELATION_ID_CHARS);
        protocol = Protocols.known(protocol);
        operation = LogText.cut(operation, MAX_OPERATION_CHARS);
        objectId = objectId.map(RequestLine::cut);
        range = range.map(text -> LogText.cut(text, MAX_RANGE_CHARS));
        status = LogText.cut(status, MAX_STATUS_CHARS);
        error = error.map(text -> LogText.cut(text, MAX_ERROR_CHARS));
        cause = cause.map(text -> LogText.cut(text, MAX_CAUSE_CHARS));
        bytesByOrigin = Map.copyOf(bytesByOrigin);
    }

    private static ObjectId cut(ObjectId id) {
        boolean isShort =
                id.bucket().length() + length(id.versionId()) <= SHORT_CHARS
                        && id.key().length() <= SHORT_CHARS;
        if (isShort) {
            return id;
        }
        String bucket = LogText.cut(id.bucket(), MAX_BUCKET_CHARS);
        String key = LogText.cut(id.key(), MAX_KEY_CHARS);
        Optional<String> versionId =
                id.versionId().map(text -> LogText.cut(text, MAX_VERSION_ID_CHARS));
        return new ObjectId(bucket, key, versionId);
    }

    /** A request that was refused before any route of ours was asked. */
    public static RequestLine refused(
            Instant at,
            String correlationId,
            String protocol,
            String method,
            int status,
            String error) {
        return new RequestLine(
                at,
                correlationId,
                protocol,
                method,
                Optional.empty(),
                Optional.empty(),
                Integer.toString(status),
                Outcome.COMPLETE,
                Optional.of(error),
                Optional.empty(),
                0,
                Map.of(),
                Optional.empty(),
                Duration.ZERO);
    }

    /** How an answer ended. */
    public enum Outcome {
        /** As planned, be that with bytes or with an error. */
        COMPLETE,
        /** Broken off by us, short of what its head had promised. */
        CUT,
        /** The peer left first. */
        PEER_GONE
    }

    /** Whether the request failed before it was known which object it is about. */
    boolean isRefused() {
        return error.isPresent() && objectId.isEmpty();
    }

    /** About how much memory the line takes while it is queued. */
    int heldBytes() {
        int chars =
                operation.length()
                        + length(range)
                        + length(error)
                        + length(cause)
                        + objectId.map(RequestLine::chars).orElse(0);
        return FIXED_HELD_BYTES + Character.BYTES * chars;
    }

    private static int chars(ObjectId id) {
        return id.bucket().length() + id.key().length() + length(id.versionId());
    }

    private static int length(Optional<String> text) {
        return text.map(String::length).orElse(0);
    }

    /** One line of JSON, without a line end; whatever a peer sent is escaped in it. */
    public String toJson() {
        StringWriter text = new StringWriter(256);
        try (JsonWriter json = new JsonWriter(text)) {
            json.setSerializeNulls(false);
            json.beginObject();
            json.name("time").value(startedAt.toString());
            json.name("correlationId").value(correlationId);
            json.name("protocol").value(protocol);
            json.name("operation").value(operation);
            if (objectId.isPresent()) {
                json.name("bucket").value(objectId.get().bucket());
                json.name("key").value(objectId.get().key());
                json.name("versionId").value(objectId.get().versionId().orElse(null));
            }
            json.name("range").value(range.orElse(null));
            json.name("status").value(status);
            json.name("outcome").value(lowerCase(outcome));
            json.name("error").value(error.orElse(null));
            json.name("cause").value(cause.orElse(null));
            json.name("bytes").value(bytes);
            for (Map.Entry<OpenRead.Origin, Long> entry : bytesByOrigin.entrySet()) {
                json.name("bytesFrom" + capitalized(entry.getKey())).value(entry.getValue());
            }
            if (firstByte.isPresent()) {
                json.name("firstByteMillis").value(millis(firstByte.get()));
            }
            json.name("durationMillis").value(millis(duration));
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ascii(text.toString());
    }

    // Some control characters lie beyond ASCII, and a terminal would obey them. In JSON what is not
    // ASCII can only stand in a string, so an escape says the same.
    private static String ascii(String json) {
        StringBuilder text = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c >= 0x20 && c < 0x7F) {
                text.append(c);
            } else {
                text.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
        return text.toString();
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e3;
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String capitalized(Enum<?> value) {
        return value.name().charAt(0) + value.name().substring(1).toLowerCase(Locale.ROOT);
    }
}
