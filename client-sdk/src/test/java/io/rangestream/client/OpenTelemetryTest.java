package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.rangestream.client.telemetry.RangeStreamTelemetry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.util.List;

/** Telemetry of a client, with OpenTelemetry on the class path and without it. */
final class OpenTelemetryTest {
    private static final String STAT = "rangestream.v1.RangeStreamService/StatObject";
    private static final String READ = "rangestream.v1.RangeStreamService/ReadRange";
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("grpc.method");

    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private OpenTelemetrySdk telemetry;
    private ScriptedServer server;

    @BeforeEach
    void open() throws IOException {
        telemetry =
                OpenTelemetrySdk.builder()
                        .setMeterProvider(
                                SdkMeterProvider.builder().registerMetricReader(metrics).build())
                        .setTracerProvider(
                                SdkTracerProvider.builder()
                                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                        .build())
                        .build();
        server = new ScriptedServer(ScriptedObject.ofLength(100));
    }

    @AfterEach
    void close() {
        server.close();
        telemetry.close();
        GlobalOpenTelemetry.resetForTest();
    }

    private static void use(RangeStreamClient client) throws IOException {
        try (InputStream in = client.read(BUCKET, KEY, ByteRange.whole())) {
            assertThat(in.readAllBytes()).hasSize(100);
        }
        client.stat(BUCKET, KEY);
    }

    private List<String> recorded() {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("grpc.client.call.duration"))
                .map(MetricData::getHistogramData)
                .flatMap(data -> data.getPoints().stream())
                .map(point -> point.getAttributes().get(METHOD) + " " + point.getCount())
                .toList();
    }

    @Test
    void givenOpenTelemetryRecordsEachCall() throws IOException {
        try (RangeStreamClient client =
                RangeStreamClient.builder(server.target())
                        .plaintext()
                        .telemetry(RangeStreamTelemetry.of(telemetry))
                        .build()) {
            use(client);
            await().untilAsserted(
                            () ->
                                    assertThat(recorded())
                                            .containsExactlyInAnyOrder(STAT + " 1", READ + " 1"));
            await().untilAsserted(
                            () ->
                                    assertThat(spans.getFinishedSpanItems())
                                            .extracting(SpanData::getName)
                                            .contains("Sent." + STAT.replace('/', '.'))
                                            .contains("Sent." + READ.replace('/', '.')));
        }
    }

    @Test
    void globalOpenTelemetryIsTheDefault() throws IOException {
        GlobalOpenTelemetry.set(telemetry);
        try (RangeStreamClient client =
                RangeStreamClient.builder(server.target()).plaintext().build()) {
            use(client);
            await().untilAsserted(
                            () ->
                                    assertThat(recorded())
                                            .containsExactlyInAnyOrder(STAT + " 1", READ + " 1"));
        }
    }

    @Test
    void noopReplacesTheGlobalOpenTelemetry() throws IOException {
        GlobalOpenTelemetry.set(telemetry);
        try (RangeStreamClient client =
                RangeStreamClient.builder(server.target())
                        .plaintext()
                        .telemetry(RangeStreamTelemetry.of(OpenTelemetry.noop()))
                        .build()) {
            use(client);
        }
        assertThat(recorded()).isEmpty();
    }

    @Test
    void clientRegistersNoGlobalOpenTelemetry() throws IOException {
        try (RangeStreamClient client =
                RangeStreamClient.builder(server.target()).plaintext().build()) {
            use(client);
        }
        assertThat(GlobalOpenTelemetry.isSet()).isFalse();
    }

    @Test
    void clientWorksWithoutOpenTelemetryOnTheClassPath() throws Exception {
        ClassLoader without = new WithoutOpenTelemetry(getClass().getClassLoader());
        Class<?> user = without.loadClass(WithoutOpenTelemetry.User.class.getName());
        assertThat(user.getClassLoader()).isSameAs(without);
        Constructor<?> constructor = user.getDeclaredConstructor(String.class);
        constructor.setAccessible(true);
        Runnable read = (Runnable) constructor.newInstance(server.target());
        read.run();
        assertThat(server.reads).hasSize(1);
        assertThatThrownBy(() -> without.loadClass(OpenTelemetry.class.getName()))
                .isInstanceOf(ClassNotFoundException.class);
    }
}
