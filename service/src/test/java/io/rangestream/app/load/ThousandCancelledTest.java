package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.PAUSED_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.testkit.RequestThreads;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.v1.ReadRangeRequest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A thousand concurrent gRPC reads that end early, in each way and in each state: they leave no
 * thread and no connection to the store.
 */
@ServerTest
@Timeout(120)
final class ThousandCancelledTest {
    private static final int CONNECTIONS = 4;
    private static final int STREAMS = 28;
    private static final int OF_A_KIND = CONNECTIONS * STREAMS;
    private static final int KINDS = State.values().length;
    // Twice the deadline below.
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final String READ_RANGE = "rangestream.v1.RangeStreamService/ReadRange";

    // Long enough to start all reads first, so that they end together.
    private static final String[] DEADLINE = {"grpc-timeout", "1500m"};
    private static final ServedEndpoints SERVED = new ServedEndpoints(lengths());

    private final int port;

    ThousandCancelledTest(WebServer server) {
        this.port = server.port();
    }

    /** The state of a read when it ends. */
    enum State {
        /** The store does not respond. */
        NOT_BEGUN,
        /** The store has begun its response, and stalls. */
        IN_THE_MIDDLE,
        /** The store has more, but the client reads nothing. */
        NOT_READ
    }

    /** How a read ends. */
    enum Way {
        STREAM_RESET,
        CONNECTION_RESET,
        DEADLINE
    }

    private static String key(State state, Way way) {
        return state + " " + way;
    }

    private static Map<String, Long> lengths() {
        Map<String, Long> lengths = new HashMap<>();
        for (Way way : Way.values()) {
            lengths.put(key(State.NOT_READ, way), (long) PAUSED_BYTES);
        }
        return lengths;
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
        for (Way way : Way.values()) {
            for (State state : List.of(State.NOT_BEGUN, State.IN_THE_MIDDLE)) {
                SERVED.memory.put(FILMS, key(state, way), ALPHABET, TEXT);
            }
            var _ = SERVED.slow.holdAt(key(State.NOT_BEGUN, way), 0);
            var _ = SERVED.slow.holdAt(key(State.IN_THE_MIDDLE, way), 10);
        }
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    /** A client's connection and the streams of its reads. */
    private record Viewer(Http2Wire wire, List<Integer> streamIds) {
        Viewer(Http2Wire wire) {
            this(wire, new ArrayList<>());
        }

        void ask(State state, Way way, String... fields) throws IOException {
            byte[] message =
                    ReadRangeRequest.newBuilder()
                            .setBucket(state == State.NOT_READ ? LARGE : FILMS)
                            .setKey(key(state, way))
                            .build()
                            .toByteArray();
            for (int i = 0; i < STREAMS; i++) {
                streamIds.add(wire.sendCall(READ_RANGE, message, fields));
            }
        }
    }

    private List<Viewer> ask(Way way, String... fields) throws IOException {
        List<Viewer> viewers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            for (State state : State.values()) {
                Viewer viewer = new Viewer(Http2Wire.connect(port, 65_535));
                viewer.ask(state, way, fields);
                viewers.add(viewer);
            }
        }
        return viewers;
    }

    @Test
    void endedReadsFreeThreadsAndFetches() throws IOException {
        long threadsBefore = RequestThreads.count();
        long workersBefore = RequestThreads.countWorkers();
        List<Viewer> resetting = ask(Way.STREAM_RESET);
        List<Viewer> gone = ask(Way.CONNECTION_RESET);
        await().until(() -> SERVED.readers().openReads() == 2 * KINDS * OF_A_KIND);
        await().until(() -> SERVED.readers().pausedReads() == 2 * OF_A_KIND);
        List<Viewer> late = ask(Way.DEADLINE, DEADLINE);
        await().until(() -> SERVED.readers().openReads() == 3 * KINDS * OF_A_KIND);
        assertThat(RequestThreads.count()).isGreaterThanOrEqualTo(threadsBefore + 1000);
        for (Viewer viewer : resetting) {
            for (int streamId : viewer.streamIds()) {
                viewer.wire().resetStream(streamId);
            }
        }
        for (Viewer viewer : gone) {
            viewer.wire().reset();
        }
        await().atMost(SOON).until(() -> SERVED.readers().openReads() == 0);
        for (Viewer viewer : late) {
            viewer.wire().close();
        }
        for (Viewer viewer : resetting) {
            viewer.wire().close();
        }
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            assertThat(RequestThreads.count()).isLessThanOrEqualTo(threadsBefore);
                            assertThat(RequestThreads.countWorkers())
                                    .isLessThanOrEqualTo(workersBefore);
                            assertThat(SERVED.engineStats().openFetches()).isZero();
                        });
        for (State state : State.values()) {
            assertThat(lines(key(state, Way.STREAM_RESET), ThousandCancelledTest::isGone))
                    .isEqualTo(OF_A_KIND);
            assertThat(lines(key(state, Way.CONNECTION_RESET), ThousandCancelledTest::isGone))
                    .isEqualTo(OF_A_KIND);
            assertThat(
                            lines(
                                    key(state, Way.DEADLINE),
                                    line -> line.status().equals("DEADLINE_EXCEEDED")))
                    .isEqualTo(OF_A_KIND);
            for (Way way : Way.values()) {
                assertThat(SERVED.films.openFetches(key(state, way))).isZero();
                assertThat(SERVED.large.openFetches(key(state, way))).isZero();
            }
        }
    }

    private static boolean isGone(RequestLine line) {
        return line.outcome() == Outcome.PEER_GONE;
    }

    private static long lines(String key, Predicate<RequestLine> wanted) {
        return SERVED.lines.stream()
                .filter(line -> line.objectId().filter(id -> id.key().equals(key)).isPresent())
                .filter(wanted)
                .count();
    }
}
