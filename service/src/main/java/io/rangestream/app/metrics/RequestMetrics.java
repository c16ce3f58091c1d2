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
 * The meters of requests: each request is counted when it ends, on the thread that ends it. The
 * values of each tag are from a fixed set that no client can extend: the protocols of {@link
 * Protocols}, status codes from 100 to 599, and the names of gRPC's status codes. Safe for use by
 * several threads.
 */
public final class RequestMetrics implements RequestSink {
    private static final String OTHER_STATUS = "other";
    private static final int HTTP_STATUS_DIGITS = 3;
    private static final Set<String> GRPC_STATUSES =
            Arrays.stream(Status.Code.values()).map(Enum::name).collect(Collectors.toSet());

    private final MeterRegistry registry;
    private final Map<Request, Counter> requests = new ConcurrentHashMap<>();
    private final Map<String, Timer> durations = new ConcurrentHashMap<>();
    private final Map<Sent, Counter> sentBytes = new ConcurrentHashMap<>();

    private record Request(String protocol, String status, RequestLine.Outcome outcome) {}

    private record Sent(String protocol, OpenRead.Origin origin) {}

    public RequestMetrics(MeterRegistry registry, RequestLog log) {
        this.registry = registry;
        registry.getOrCreate(
                FunctionalCounter.builder("rangestream_log_dropped", log, RequestLog::dropped)
                        .description(
                                "Request lines that were not written, because the log's queue was"
                                    + " full or too many requests were refused within a second"));
    }

    // Meters are cached: the registry's lookup by tags costs more than the rest of this method.
    @Override
    public void accept(RequestLine line) {
        requests.computeIfAbsent(
                        new Request(line.protocol(), statusLabel(line.status()), line.outcome()),
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

    private Counter counter(Request request) {
        return registry.getOrCreate(
                Counter.builder("rangestream_requests")
                        .description("Requests that have ended")
                        .tags(
                                List.of(
                                        Tag.create("protocol", request.protocol()),
                                        Tag.create("status", request.status()),
                                        Tag.create("outcome", lowerCase(request.outcome())))));
    }

    private Counter counter(Sent sent) {
        return registry.getOrCreate(
                Counter.builder("rangestream_sent_bytes")
                        .description("Bytes of objects sent to clients")
                        .baseUnit("bytes")
                        .tags(
                                List.of(
                                        Tag.create("protocol", sent.protocol()),
                                        Tag.create("origin", lowerCase(sent.origin())))));
    }

    private Timer timer(String protocol) {
        return registry.getOrCreate(
                Timer.builder("rangestream_request_duration")
                        .description("Time from the head of the request to the end of the response")
                        .tags(List.of(Tag.create("protocol", protocol))));
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
