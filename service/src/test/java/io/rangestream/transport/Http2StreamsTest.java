package io.rangestream.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.http2.ConnectionFlowControl;
import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2StreamState;
import io.rangestream.transport.accept.AcceptedConnections;
import io.rangestream.transport.hpack.HeaderLists;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Tests how a connection handles frames that do not reach Helidon. */
final class Http2StreamsTest {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int WINDOW = 65_535;
    private static final int STREAM = 1;
    private static final int CANCEL = 8;

    private final ArrayDeque<Supplier<byte @Nullable []>> arriving = new ArrayDeque<>();
    private final Http2Streams connection =
            new Http2Streams(
                    new FakeHelidon.Incoming(DataReader.create(() -> arriving.remove().get())),
                    new AcceptedConnections()
                            .find(new InetSocketAddress(1), new InetSocketAddress(2)),
                    new Http2Streams.Limits(
                            Duration.ofMinutes(1),
                            Duration.ofMillis(1),
                            32 * 1024,
                            WINDOW,
                            (_, _) -> true),
                    _ -> {},
                    _ -> {});

    private static byte[] frame(int type, int flags, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(STREAM)
                .put(payload)
                .array();
    }

    private Http2Stream stream() {
        ConnectionFlowControl windows = ConnectionFlowControl.serverBuilder((_, _) -> {}).build();
        return connection.register(
                STREAM,
                new FakeHelidon.NoWriter(),
                windows.createStreamFlowControl(STREAM, WINDOW, 16 * 1024),
                Http2StreamState.OPEN);
    }

    /** Otherwise a client could make a connection hold any number of frames in memory. */
    @Test
    void handlesResetEvenIfAllFramesAreDropped() {
        Http2Stream stream = stream();
        // A request without fields is malformed, and Helidon never gets it.
        byte[] malformed = frame(Http2Frames.HEADERS, Http2Frames.END_HEADERS, new byte[0]);
        byte[] reset =
                frame(Http2Frames.RST_STREAM, 0, ByteBuffer.allocate(4).putInt(CANCEL).array());
        arriving.add(() -> PREFACE);
        arriving.add(() -> malformed);
        arriving.add(() -> reset);
        arriving.add(
                () -> {
                    assertThat(stream.isGone()).isTrue();
                    return null;
                });
        assertThat(connection.next()).isEqualTo(PREFACE);
        assertThat(stream.isGone()).isFalse();
        assertThat(connection.next()).isNull();
        assertThat(arriving).isEmpty();
    }

    /** Otherwise its thread would wait while the client is silent. */
    @Test
    void endsAnsweredRequestWhileClientIsSilent() {
        CountDownLatch over = new CountDownLatch(1);
        byte[] request =
                frame(
                        Http2Frames.HEADERS,
                        Http2Frames.END_HEADERS,
                        HeaderLists.literals(
                                ":method",
                                "GET",
                                ":scheme",
                                "http",
                                ":path",
                                "/",
                                ":authority",
                                "a"));
        byte[] response = frame(Http2Frames.DATA, Http2Frames.END_STREAM, new byte[0]);
        arriving.add(() -> PREFACE);
        arriving.add(() -> request);
        arriving.add(
                () -> {
                    connection
                            .writer(new FakeHelidon.NoSocket())
                            .writeNow(BufferData.create(response));
                    await(over);
                    return null;
                });
        try {
            assertThat(connection.next()).isEqualTo(PREFACE);
            assertThat(connection.next()).isNotEmpty();
            assertThat(connection.next())
                    .isEqualTo(Http2Frames.reset(STREAM, Http2ErrorCode.NO_ERROR));
        } finally {
            over.countDown();
        }
        assertThat(connection.next()).isNull();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
