package io.rangestream.app;

import io.helidon.metrics.api.Counter;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Tag;
import io.helidon.metrics.api.Timer;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLog;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.OpenRead;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts ended requests into meters. Tags have few values: never a key, never a peer's words. */
final class RequestMetrics implements RequestSink {
    private final MeterRegistry registry;

    RequestMetrics(MeterRegistry registry, RequestLog log) {
        this.registry = registry;
        registry.getOrCreate(
                FunctionalCounter.builder("rangestream_log_dropped", log, RequestLog::dropped)
                        .description("Request lines that found the log's queue full"));
    }

    @Override
    public void accept(RequestLine line) {
        List<Tag> tags =
                List.of(
                        Tag.create("protocol", line.protocol()),
                        Tag.create("status", line.status()),
                        Tag.create("outcome", lowerCase(line.outcome())));
        registry.getOrCreate(
                        Counter.builder("rangestream_requests")
                                .description("Requests that have ended")
                                .tags(tags))
                .increment();
        registry.getOrCreate(
                        Timer.builder("rangestream_request_duration")
                                .description("From the request's head to the answer's end")
                                .tags(List.of(Tag.create("protocol", line.protocol()))))
                .record(line.duration());
        for (Map.Entry<OpenRead.Origin, Long> bytes : line.bytesByOrigin().entrySet()) {
            registry.getOrCreate(
                            Counter.builder("rangestream_sent_bytes")
                                    .description("Bytes of objects handed to peers")
                                    .baseUnit("bytes")
                                    .tags(
                                            List.of(
                                                    Tag.create("protocol", line.protocol()),
                                                    Tag.create(
                                                            "origin", lowerCase(bytes.getKey())))))
                    .increment(bytes.getValue());
        }
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
