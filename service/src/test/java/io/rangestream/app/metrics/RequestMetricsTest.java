package io.rangestream.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.MetricsConfig;
import io.helidon.metrics.api.MetricsFactory;
import io.helidon.service.registry.Services;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestLog;
import io.rangestream.store.ReadHandle.Origin;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;

import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** The labels of the request meters are bounded. */
final class RequestMetricsTest {
    private static final long SEED = 20_261_129;

    /** Versions and statuses may be chosen by a client, or by a mistake of the server. */
    @Test
    @Covers({"text-client-chooses-log", "metric-labels-come-from"})
    void labelsComeFromFixedSets() {
        MeterRegistry registry =
                Services.get(MetricsFactory.class).createMeterRegistry(MetricsConfig.create());
        try (RequestLog log = new RequestLog(new PrintStream(OutputStream.nullOutputStream()))) {
            RequestMetrics metrics = new RequestMetrics(registry, log);
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < 10_000; i++) {
                String text = Long.toHexString(random.nextLong());
                metrics.accept(line("HTTP/9." + text, text));
                metrics.accept(RequestLine.refused(Instant.EPOCH, "id", text, text, 400, text));
            }
            for (String known : Set.of("1.1", "HTTP/1.1", "2.0", "HTTP/2", "HTTP/2.0")) {
                metrics.accept(RequestLine.refused(Instant.EPOCH, "id", known, "GET", 206, "x"));
            }
            metrics.accept(line("gRPC", "DEADLINE_EXCEEDED"));
        }
        // Other tests of this JVM may have registered meters with the same sets of values.
        assertThat(values(registry, "protocol"))
                .contains("other", "HTTP/1.1", "HTTP/2", "gRPC")
                .isSubsetOf("other", "HTTP/1.0", "HTTP/1.1", "HTTP/2", "gRPC");
        assertThat(values(registry, "status"))
                .contains("206", "400", "DEADLINE_EXCEEDED", "other")
                .allMatch(status -> status.matches("[1-5][0-9]{2}|[A-Z_]+|other"));
        assertThat(registry.meters().stream().filter(RequestMetricsTest::isOurs))
                .hasSizeLessThan(500);
    }

    private static boolean isOurs(Meter meter) {
        return meter.id().name().startsWith("rangestream_");
    }

    private static Set<String> values(MeterRegistry registry, String label) {
        Set<String> values = new TreeSet<>();
        for (Meter meter : registry.meters()) {
            meter.id()
                    .tags()
                    .forEach(
                            tag -> {
                                if (isOurs(meter) && tag.key().equals(label)) {
                                    values.add(tag.value());
                                }
                            });
        }
        return values;
    }

    private static RequestLine line(String protocol, String status) {
        return new RequestLine(
                Instant.EPOCH,
                "id",
                protocol,
                "GET",
                Optional.empty(),
                Optional.empty(),
                status,
                Outcome.COMPLETE,
                Optional.empty(),
                Optional.empty(),
                0,
                Map.of(Origin.STORE, 1L),
                Optional.empty(),
                Duration.ZERO);
    }
}
