package io.rangestream.app.metrics;

import io.grpc.Status;
import io.helidon.metrics.api.Counter;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Tag;
import io.helidon.metrics.api.Timer;
import io.rangestream.requestlog.Protocols;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLog;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.OpenRead;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Counts ended requests into meters. Each tag has a fixed set of values, whatever a client sends:
 * the protocols of {@link Protocols}, status codes from 100 to 599 and the names of gRPC's.
 */
public final class RequestMetrics implements RequestSink {
    private static final String OTHER_STATUS = "other";
    private static final int HTTP_STATUS_DIGITS = 3;
    private static final Set<String> GRPC_STATUSES =
            Arrays.stream(Status.Code.values()).map(Enum::name).collect(Collectors.toSet());

    private final MeterRegistry registry;
    private final Map<Ended, Counter> requests = new ConcurrentHashMap<>();
    private final Map<String, Timer> durations = new ConcurrentHashMap<>();
    private final Map<Sent, Counter> sentBytes = new ConcurrentHashMap<>();

    private record Ended(String protocol, String status, RequestLine.Outcome outcome) {}

    private record Sent(String protocol, OpenRead.Origin origin) {}

    public RequestMetrics(MeterRegistry registry, RequestLog log) {
        this.registry = registry;
        registry.getOrCreate(
                FunctionalCounter.builder("rangestream_log_dropped", log, RequestLog::dropped)
                        .description(
                                "Request lines that were not written: the log's queue was full, or"
                                        + " too many requests were refused within a second"));
    }

    // Looking a meter up by its tags costs more than the rest of a small request's bookkeeping.
    @Override
    public void accept(RequestLine line) {
        requests.computeIfAbsent(
                        new Ended(line.protocol(), statusLabel(line.status()), line.outcome()),
                        this::counter)
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

    private static String statusLabel(String status) {
        return isHttpStatus(status) || GRPC_STATUSES.contains(status) ? status : OTHER_STATUS;
    }

    private static boolean isHttpStatus(String status) {
        return status.length() == HTTP_STATUS_DIGITS
                && status.charAt(0) >= '1'
                && status.charAt(0) <= '5'
                && status.chars().allMatch(c -> c >= '0' && c <= '9');
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
