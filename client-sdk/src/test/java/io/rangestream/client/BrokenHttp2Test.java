package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.rangestream.client.RawHttp2Server.Call;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Calls that end by HTTP/2 instead of gRPC: which of them are resumed, and which are not. */
@Timeout(30)
final class BrokenHttp2Test {
    private static final int LENGTH = 3500;

    /** Header, four chunks, end. */
    private static final int MESSAGES = 6;

    private RawHttp2Server server;
    private RangeStreamClient client;
    private ObjectReader reader;

    /** The end of a call. */
    interface End {
        void of(Call call) throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        server = new RawHttp2Server(ScriptedObject.ofLength(LENGTH));
        client =
                RangeStreamClient.builder(server.target())
                        .plaintext()
                        .deadline(Duration.ofSeconds(5))
                        .idleTimeout(Duration.ofSeconds(5))
                        .retryBudget(3)
                        .build();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    /** Scripts the next read: a number of valid messages, and then this end. */
    private void thenEnd(int messages, End end) {
        server.script.add(
                (call, right) -> {
                    call.headers();
                    call.messages(right.subList(0, messages));
                    end.of(call);
                });
    }

    private byte[] readAll() throws IOException {
        try (InputStream in = reader.stream()) {
            return in.readAllBytes();
        }
    }

    private long firstPos(int read) {
        return server.reads.get(read).getIntRange().getFirstPos();
    }

    static Stream<Arguments> whatMayPass() {
        int cancel = 8;
        int refusedStream = 7;
        int internalError = 2;
        int protocolError = 1;
        return Stream.of(
                end("RST_STREAM CANCEL", call -> call.reset(cancel)),
                end("RST_STREAM REFUSED_STREAM", call -> call.reset(refusedStream)),
                end("RST_STREAM INTERNAL_ERROR", call -> call.reset(internalError)),
                end("RST_STREAM PROTOCOL_ERROR", call -> call.reset(protocolError)),
                end("RST_STREAM NO_ERROR", call -> call.reset(RawHttp2Server.NO_ERROR)),
                end("no trailers", Call::endStream),
                end("the connection is closed", Call::close),
                end(
                        "GOAWAY without this call",
                        call -> call.goAwayWithoutThis(RawHttp2Server.NO_ERROR)),
                end(
                        "GOAWAY, and the connection is closed",
                        call -> {
                            call.goAway(RawHttp2Server.NO_ERROR);
                            call.close();
                        }),
                end(
                        "GOAWAY INTERNAL_ERROR, and the connection is closed",
                        call -> {
                            call.goAway(internalError);
                            call.close();
                        }),
                end(
                        "half a message, and an end",
                        call -> {
                            call.half(new byte[500]);
                            call.trailers(0);
                        }),
                end(
                        "half a message, and the connection is closed",
                        call -> {
                            call.half(new byte[500]);
                            call.close();
                        }),
                end(
                        "half a message, and a reset",
                        call -> {
                            call.half(new byte[500]);
                            call.reset(internalError);
                        }));
    }

    private static Arguments end(String name, End end) {
        return arguments(name, end);
    }

    /** Positions of the end: before and after the header, in the middle, before the end message. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("whatMayPass")
    void resumesAtTheNextByteAfterAnyEnd(String name, End end) throws IOException {
        for (int messages : new int[] {0, 3, MESSAGES - 1}) {
            int readsBefore = server.reads.size();
            thenEnd(messages, end);
            assertThat(readAll()).as(name).isEqualTo(bytes(0, LENGTH));
            assertThat(server.reads).as(name).hasSize(readsBefore + 2);
            // If only the end message is missing, the last byte is requested again.
            long expected =
                    messages == MESSAGES - 1 ? LENGTH - 1 : 1000L * Math.max(0, messages - 1);
            assertThat(firstPos(readsBefore + 1)).as(name).isEqualTo(expected);
            assertThat(server.reads.get(readsBefore + 1).getIfMatch())
                    .isEqualTo(ScriptedObject.ETAG);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatMayPass")
    void ignoresFailuresAfterTheEndMessage(String name, End end) throws IOException {
        thenEnd(MESSAGES, end);
        assertThat(readAll()).as(name).isEqualTo(bytes(0, LENGTH));
        assertThat(server.reads).as(name).hasSize(1);
    }

    /** The reset discards received bytes that were not read. */
    @Test
    void resumesAfterConnectionReset() throws IOException {
        thenEnd(3, Call::abort);
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(server.reads).hasSize(2);
        assertThat(firstPos(1)).isIn(0L, 1000L, 2000L);
    }

    @Test
    void goAwayKeepsRunningCallAndMovesNextCallToNewConnection() throws IOException {
        server.script.add(
                (call, right) -> {
                    call.headers();
                    call.messages(right.subList(0, 3));
                    call.goAway(RawHttp2Server.NO_ERROR);
                    call.messages(right.subList(3, MESSAGES));
                    call.trailers(0);
                });
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(server.reads).hasSize(1);
        assertThat(server.connections()).isEqualTo(1);
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(server.connections()).isEqualTo(2);
    }

    /** The server has not processed the call: gRPC repeats it, and the retry budget stays full. */
    @Test
    void repeatsUnprocessedCallWithoutUsingTheBudget() throws IOException {
        int refusedStream = 7;
        server.script.add((call, right) -> call.reset(refusedStream));
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        server.script.add((call, right) -> call.goAwayWithoutThis(RawHttp2Server.NO_ERROR));
        assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
        assertThat(server.reads).hasSize(4).allMatch(r -> r.getIntRange().getFirstPos() == 0);
    }

    @Test
    void doesNotRetryAfterEnhanceYourCalm() {
        int enhanceYourCalm = 11;
        thenEnd(3, call -> call.reset(enhanceYourCalm));
        assertThatEnds(2000, UnavailableException.class);
        assertThat(server.reads).hasSize(1);
    }

    static Stream<Arguments> pages() {
        return Stream.of(
                arguments("502", true),
                arguments("503", true),
                arguments("504", true),
                arguments("429", true),
                arguments("404", false),
                arguments("403", false),
                arguments("401", false));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void mapsHttpStatusOfProxy(String status, boolean mayPass) throws IOException {
        server.script.add((call, right) -> call.page(status));
        if (mayPass) {
            assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
            assertThat(server.reads).hasSize(2);
        } else {
            assertThatEnds(0, RangeStreamException.class);
            assertThat(server.reads).hasSize(1);
        }
    }

    static Stream<Arguments> trailersOnly() {
        return Stream.of(
                arguments(0, List.of()),
                arguments(14, List.of()),
                arguments(13, List.of()),
                arguments(2, List.of()),
                arguments(1, List.of()),
                arguments(5, List.of(NotFoundException.class)),
                arguments(7, List.of(PermissionDeniedException.class)),
                arguments(8, List.of(UnavailableException.class)),
                arguments(9, List.of(UnexpectedStatusException.class)),
                arguments(12, List.of(UnexpectedStatusException.class)),
                arguments(15, List.of(DataLossException.class)),
                arguments(16, List.of(UnauthenticatedException.class)));
    }

    @ParameterizedTest
    @MethodSource("trailersOnly")
    void mapsStatusWithoutDetails(int status, List<Class<?>> told) throws IOException {
        server.script.add((call, right) -> call.trailersOnly(status));
        if (told.isEmpty()) {
            assertThat(readAll()).isEqualTo(bytes(0, LENGTH));
            assertThat(server.reads).hasSize(2);
        } else {
            assertThatEnds(0, told.get(0));
            assertThat(server.reads).hasSize(1);
        }
    }

    @Test
    void isUnavailableIfEachConnectionBreaks() {
        for (int i = 0; i < 4; i++) {
            thenEnd(1, Call::abort);
        }
        assertThatEnds(0, UnavailableException.class);
        assertThat(server.reads).as("the first, and three tries").hasSize(4);
    }

    private void assertThatEnds(int position, Class<?> told) {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        assertThatThrownBy(
                        () -> {
                            try (InputStream in = reader.stream()) {
                                in.transferTo(received);
                            }
                        })
                .isInstanceOf(told)
                .isInstanceOfSatisfying(
                        RangeStreamException.class,
                        e -> assertThat(e.position()).hasValue(position));
        assertThat(received.toByteArray()).isEqualTo(bytes(0, position));
    }
}
