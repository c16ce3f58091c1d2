package io.rangestream.http;

import com.google.gson.JsonObject;

import io.rangestream.range.ContentRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.OpenRead;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The state of one read at one moment, as the viewer's page receives it in a server-sent event.
 *
 * @param id the correlation id of the request
 * @param viewerTag the tag of the request's URL
 * @param range the Range field, shortened if it is long
 * @param status the status code of the response
 * @param positions the positions that the response covers, if they are contiguous, and the complete
 *     length
 * @param bytes how many bytes of the object the transport has accepted
 * @param firstByte the time from the start until the transport accepted the first byte
 * @param duration the time from the start until now
 * @param bytesByOrigin the bytes that were sent, by their origin; a missing origin means 0
 */
public record ReadReport(
        String id,
        Optional<String> viewerTag,
        String method,
        Optional<ObjectId> objectId,
        Optional<String> range,
        int status,
        Optional<ContentRange> positions,
        long bytes,
        Instant startedAt,
        Optional<Duration> firstByte,
        Duration duration,
        Map<OpenRead.Origin, Long> bytesByOrigin,
        State state) {

    /** The progress of a read. */
    public enum State {
        /** The response is being written. */
        OPEN,
        /** The response was written to its end. */
        COMPLETE,
        /** The response ended before its last byte. */
        CUT
    }

    public ReadReport {
        bytesByOrigin = Map.copyOf(bytesByOrigin);
    }

    public String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("id", id);
        viewerTag.ifPresent(tag -> json.addProperty("viewerTag", tag));
        json.addProperty("method", method);
        objectId.ifPresent(
                object -> {
                    json.addProperty("bucket", object.bucket());
                    json.addProperty("key", object.key());
                });
        range.ifPresent(text -> json.addProperty("range", text));
        json.addProperty("status", status);
        positions.ifPresent(
                covered -> {
                    covered.range()
                            .ifPresent(
                                    resolved -> {
                                        json.addProperty("firstPos", resolved.firstPos());
                                        json.addProperty("lastPos", resolved.lastPos());
                                    });
                    json.addProperty("completeLength", covered.completeLength());
                });
        json.addProperty("bytes", bytes);
        json.addProperty("startedAt", startedAt.toString());
        firstByte.ifPresent(delay -> json.addProperty("firstByteMillis", millis(delay)));
        json.addProperty("durationMillis", millis(duration));
        JsonObject origins = new JsonObject();
        for (OpenRead.Origin origin : OpenRead.Origin.values()) {
            origins.addProperty(lowerCase(origin), bytesByOrigin.getOrDefault(origin, 0L));
        }
        json.add("bytesByOrigin", origins);
        json.addProperty("state", lowerCase(state));
        return json.toString();
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e3;
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
