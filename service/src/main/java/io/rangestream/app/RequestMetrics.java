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
import java.util.concurrent.ConcurrentHashMap;

/** Counts ended requests into meters. Tags have few values: never a key, never a peer's words. */
final class RequestMetrics implements RequestSink {
    private final MeterRegistry registry;
    private final Map<Ended, Counter> requests = new ConcurrentHashMap<>();
    private final Map<String, Timer> durations = new ConcurrentHashMap<>();
    private final Map<Sent, Counter> sentBytes = new ConcurrentHashMap<>();

    private record Ended(String protocol, String status, RequestLine.Outcome outcome) {}

    private record Sent(String protocol, OpenRead.Origin origin) {}

    RequestMetrics(MeterRegistry registry, RequestLog log) {
        this.registry = registry;
        registry.getOrCreate(
                FunctionalCounter.builder("rangestream_log_dropped", log, RequestLog::dropped)
                        .description("Request lines that found the log's queue full"));
    }

    // Looking a meter up by its tags costs more than the rest of a small request's bookkeeping.
    @Override
    public void accept(RequestLine line) {
        requests.computeIfAbsent(
                        new Ended(line.protocol(), line.status(), line.outcome()), this::counter)
                .increment();
        durations.computeIfAbsent(line.protocol(), this::timer).record(line.duration());
        line.bytesByOrigin()
                .forEach(
                        (origin, bytes) ->
                                sentBytes
                                        .computeIfAbsent(
                                                new Sent(line.protocol(), origin), this::counter)
                                        .increment(bytes));
    }

    private Counter counter(Ended ended) {
        return registry.getOrCreate(
                Counter.builder("rangestream_requests")
                        .description("Requests that have ended")
                        .tags(
                                List.of(
                                        Tag.create("protocol", ended.protocol()),
                                        Tag.create("status", ended.status()),
                                        Tag.create("outcome", lowerCase(ended.outcome())))));
    }

    private Counter counter(Sent sent) {
        return registry.getOrCreate(
                Counter.builder("rangestream_sent_bytes")
                        .description("Bytes of objects handed to peers")
                        .baseUnit("bytes")
                        .tags(
                                List.of(
                                        Tag.create("protocol", sent.protocol()),
                                        Tag.create("origin", lowerCase(sent.origin())))));
    }

    private Timer timer(String protocol) {
        return registry.getOrCreate(
                Timer.builder("rangestream_request_duration")
                        .description("From the request's head to the answer's end")
                        .tags(List.of(Tag.create("protocol", protocol))));
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
