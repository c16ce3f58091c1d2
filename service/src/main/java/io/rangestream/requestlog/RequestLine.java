package io.rangestream.requestlog;

import com.google.gson.stream.JsonWriter;

import io.rangestream.store.ObjectId;
import io.rangestream.store.ReadHandle;

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
 * The log line of one ended request. The HTTP and the gRPC endpoint make it and pass it to a {@link
 * RequestSink}.
 *
 * <p>The constructor truncates text from a client or a store, so that a queued line takes little
 * memory and the JSON is at most {@link #MAX_JSON_CHARS} long.
 *
 * @param startedAt the time of the request's start
 * @param correlationId {@link CorrelationId#next} of the request
 * @param protocol one of {@link Protocols}
 * @param operation an HTTP method and route, or the name of an rpc
 * @param objectId the requested object, if known
 * @param range the requested range, as sent by the client
 * @param status an HTTP status code, or the name of a gRPC status
 * @param outcome how the response ended
 * @param error the kind of failure, if any
 * @param cause details of the failure, for the log only
 * @param bytes number of object bytes passed to the transport
 * @param bytesByOrigin the same number by origin
 * @param firstByte time from the start to the first byte, if one was sent
 * @param duration time from the start to the end
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
        Map<ReadHandle.Origin, Long> bytesByOrigin,
        Optional<Duration> firstByte,
        Duration duration) {

    /** Upper bound of a line with its escapes: the limits below, numbers and field names. */
    static final int MAX_JSON_CHARS = 4096;

    // Limits in characters after escaping. Longer text is truncated.
    private static final int MAX_OPERATION_CHARS = 96;
    // The bucket of a request may be any text, not only a configured one.
    private static final int MAX_BUCKET_CHARS = 128;
    // A key has up to 1024 bytes of UTF-8; an ASCII key is logged whole.
    private static final int MAX_KEY_CHARS = 2048;
    private static final int MAX_VERSION_ID_CHARS = 256;
    private static final int MAX_RANGE_CHARS = 256;
    private static final int MAX_STATUS_CHARS = 32;
    private static final int MAX_ERROR_CHARS = 64;
    private static final int MAX_CAUSE_CHARS = 512;
    private static final int MAX_CORRELATION_ID_CHARS = 64;

    // An id this short needs no truncation, even if each character is escaped: 6 * 20 is less than
    // each limit of its parts.
    private static final int SHORT_CHARS = 20;

    // Estimate of the objects of a queued line, without the characters of its text.
    private static final int FIXED_HELD_BYTES = 512;

    public RequestLine {
        correlationId = LogText.truncate(correlationId, MAX_CORRELATION_ID_CHARS);
        protocol = Protocols.known(protocol);
        operation = LogText.truncate(operation, MAX_OPERATION_CHARS);
        objectId = objectId.map(RequestLine::truncate);
        range = range.map(text -> LogText.truncate(text, MAX_RANGE_CHARS));
        status = LogText.truncate(status, MAX_STATUS_CHARS);
        error = error.map(text -> LogText.truncate(text, MAX_ERROR_CHARS));
        cause = cause.map(text -> LogText.truncate(text, MAX_CAUSE_CHARS));
        bytesByOrigin = Map.copyOf(bytesByOrigin);
    }

    private static ObjectId truncate(ObjectId id) {
        boolean isShort =
                id.bucket().length() + length(id.versionId()) <= SHORT_CHARS
                        && id.key().length() <= SHORT_CHARS;
        if (isShort) {
            return id;
        }
        String bucket = LogText.truncate(id.bucket(), MAX_BUCKET_CHARS);
        String key = LogText.truncate(id.key(), MAX_KEY_CHARS);
        Optional<String> versionId =
                id.versionId().map(text -> LogText.truncate(text, MAX_VERSION_ID_CHARS));
        return new ObjectId(bucket, key, versionId);
    }

    /** The line of a request that was rejected before routing. */
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

    /** How a response ended. */
    public enum Outcome {
        /** Sent in full, whether with bytes or with an error. */
        COMPLETE,
        /** Aborted by the server, shorter than its header fields had announced. */
        CUT,
        /** The client left before the end. */
        PEER_GONE
    }

    /** Whether the request failed before its object was known. */
    boolean isRefused() {
        return error.isPresent() && objectId.isEmpty();
    }

    /** Estimate of the memory of the queued line, in bytes. */
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

    /** One line of JSON in printable ASCII, without a line separator. */
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
            for (Map.Entry<ReadHandle.Origin, Long> entry : bytesByOrigin.entrySet()) {
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

    // Some control characters are not ASCII, and a terminal would interpret them. In JSON, other
    // than ASCII characters occur in strings only, where an escape has the same meaning.
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
