package io.rangestream.app.rpc;

import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.PAUSED;
import static io.rangestream.app.ServedEndpoints.PAUSED_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;
import static io.rangestream.app.rpc.RangesStream.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Status.Code;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.RequestThreads;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.transport.PauseLimits;
import io.rangestream.v1.RangeRead;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Streams of ranges that end early: each ends with a status and leaves no thread, read or fetch.
 */
@ServerTest
@Timeout(60)
final class GrpcReadRangesEndTest {
    private static final Duration LIMIT = Duration.ofMillis(1500);
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final String SILENT = "silent";
    private static final ServedEndpoints SERVED =
            new ServedEndpoints(Map.of(), new PauseLimits(LIMIT, LIMIT));

    private final GrpcClient client;
    private long threadsBefore;

    GrpcReadRangesEndTest(WebServer server) {
        this.client = GrpcClient.connect(server.port());
        SERVED.memory.put(FILMS, SILENT, PatternBytes.of(0, 20_000_000), TEXT);
        var _ = SERVED.slow.holdAt(SILENT, 0);
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @BeforeEach
    void countThreads() {
        await().until(() -> SERVED.readers().openReads() == 0);
        threadsBefore = RequestThreads.count();
    }

    /**
     * After any kind of end, no thread, read or fetch is left while the connection is still open.
     */
    @AfterEach
    void awaitNoOpenReads() {
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            assertThat(SERVED.readers().openReads()).isZero();
                            assertThat(SERVED.large.openFetches(PAUSED)).isZero();
                            assertThat(SERVED.films.openFetches(SILENT)).isZero();
                            assertThat(SERVED.engineStats().openReads()).isZero();
                            assertThat(RequestThreads.count()).isLessThanOrEqualTo(threadsBefore);
                        });
        client.close();
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private static void assertPaused(RangesStream stream) {
        GrpcFailure failure = GrpcFailure.of(stream.end());
        assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(failure.reason()).isEqualTo("READER_PAUSED");
        assertThat(failure.retryInfo()).isPresent();
    }

    @Test
    void idleStreamWithoutOpenIsEnded() {
        assertPaused(RangesStream.withoutOpen(client));
    }

    @Test
    @Covers("bidireadrange-client-sends-no")
    void idleStreamIsEnded() {
        RangesStream stream = RangesStream.of(client, LARGE, PAUSED);
        stream.ask(range(1, 0, 9));
        assertThat(stream.bytes(1)).isEqualTo(PatternBytes.of(0, 10));
        assertPaused(stream);
    }

    @Test
    void streamWithRegularRequestsStaysOpen() {
        RangesStream stream = RangesStream.of(client, LARGE, PAUSED);
        long start = System.nanoTime();
        for (long i = 0; System.nanoTime() - start < 2 * LIMIT.toNanos(); i++) {
            stream.ask(range(i, i, i));
            assertThat(stream.bytes(i)).containsExactly(PatternBytes.at(i));
        }
        stream.halfClose();
        stream.assertEndsOk();
    }

    @Test
    @Covers("bidireadrange-client-sends-no")
    void pausedReaderIsEnded() {
        RangesStream stream = RangesStream.paused(client, LARGE, PAUSED);
        stream.ask(wholeRanges(8));
        await().until(() -> SERVED.readers().pausedReads() == 1);
        await().until(() -> SERVED.large.openFetches(PAUSED) == 0);
        await().until(() -> SERVED.readers().openReads() == 0);
        stream.goOn();
        assertPaused(stream);
    }

    private static List<RangeRead> wholeRanges(int count) {
        return LongStream.range(0, count).mapToObj(i -> range(i, 0, PAUSED_BYTES - 1)).toList();
    }

    /** The state of a stream at the moment when it ends. */
    enum Moment {
        OPENED,
        STORE_SILENT,
        CLIENT_PAUSED
    }

    private RangesStream at(Moment moment, CallOptions options) {
        RangesStream stream = RangesStream.start(client, options, moment == Moment.CLIENT_PAUSED);
        switch (moment) {
            case OPENED -> stream.open(RangesStream.spec(LARGE, PAUSED));
            case STORE_SILENT -> {
                stream.open(RangesStream.spec(FILMS, SILENT));
                stream.ask(range(1, 0, 9), range(2, 15_000_000, 15_000_009));
                await().until(() -> SERVED.films.openFetches(SILENT) == 2);
            }
            case CLIENT_PAUSED -> {
                stream.open(RangesStream.spec(LARGE, PAUSED));
                stream.ask(wholeRanges(8));
            }
        }
        return stream;
    }

    @ParameterizedTest
    @EnumSource
    @Covers("bidireadrange-client-sends-no")
    void deadlineEndsStream(Moment moment) {
        RangesStream stream =
                at(moment, CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS));
        assertThat(stream.end().getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    }

    @ParameterizedTest
    @EnumSource
    @Covers("bidireadrange-client-sends-no")
    void cancellationEndsStream(Moment moment) {
        int lines = SERVED.lines.size();
        List<RangesStream> streams = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            streams.add(at(moment, CallOptions.DEFAULT));
            if (moment == Moment.STORE_SILENT) {
                break;
            }
        }
        await().until(() -> SERVED.readers().openReads() == streams.size());
        streams.forEach(RangesStream::cancel);
        await().until(() -> SERVED.lines.size() == lines + streams.size());
        assertThat(SERVED.lines.subList(lines, lines + streams.size()))
                .extracting(RequestLine::outcome)
                .containsOnly(Outcome.PEER_GONE);
    }

    @ParameterizedTest
    @EnumSource
    void protocolViolationEndsStream(Moment moment) {
        RangesStream stream = at(moment, CallOptions.DEFAULT);
        stream.open(RangesStream.spec(FILMS, "A"));
        stream.goOn();
        assertThat(GrpcFailure.of(stream.end()).code()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @EnumSource
    void closedConnectionEndsStream(Moment moment) {
        RangesStream stream = at(moment, CallOptions.DEFAULT);
        await().until(() -> SERVED.readers().openReads() == 1);
        client.close();
        assertThat(stream.end().getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void tooManyUnreadRequestsEndStream() {
        RangesStream stream = RangesStream.paused(client, FILMS, "A");
        for (int batch = 0; batch < 300; batch++) {
            long from = batch * 100L;
            stream.ask(LongStream.range(from, from + 100).mapToObj(i -> range(i, 30, 40)).toList());
        }
        stream.goOn();
        GrpcFailure failure = GrpcFailure.of(stream.end());
        assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(failure.reason()).isEqualTo("OVERLOADED");
    }
}
