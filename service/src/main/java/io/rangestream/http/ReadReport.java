package io.rangestream.http;

import com.google.gson.JsonObject;

import io.rangestream.range.ContentRange;
import io.rangestream.store.OpenRead;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How one read stands, as a viewer's page is told. */
final class ReadReport {
    private ReadReport() {}

    /** Where a read has got to. */
    enum State {
        OPEN,
        COMPLETE,
        CUT
    }

    static String toJson(
            Exchange exchange,
            Optional<ContentRange> sent,
            State state,
            Map<OpenRead.Origin, Long> bytesByOrigin) {
        JsonObject json = new JsonObject();
        json.addProperty("id", exchange.correlationId());
        exchange.viewerTag().ifPresent(tag -> json.addProperty("viewerTag", tag));
        json.addProperty("method", exchange.method());
        exchange.objectId()
                .ifPresent(
                        id -> {
                            json.addProperty("bucket", id.bucket());
                            json.addProperty("key", id.key());
                        });
        exchange.range().ifPresent(range -> json.addProperty("range", range));
        json.addProperty("status", exchange.status());
        if (sent.isPresent()) {
            sent.get()
                    .range()
                    .ifPresent(
                            range -> {
                                json.addProperty("firstPos", range.firstPos());
                                json.addProperty("lastPos", range.lastPos());
                            });
            json.addProperty("completeLength", sent.get().completeLength());
        }
        json.addProperty("bytes", exchange.bytes());
        json.addProperty("startedAt", exchange.startedAt().toString());
        exchange.firstByte()
                .ifPresent(firstByte -> json.addProperty("firstByteMillis", millis(firstByte)));
        json.addProperty("durationMillis", millis(exchange.elapsed()));
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
