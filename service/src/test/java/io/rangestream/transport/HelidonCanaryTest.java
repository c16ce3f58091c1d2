package io.rangestream.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.DateTime;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.http.http2.ConnectionFlowControl;
import io.helidon.http.http2.FlowControl;
import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2FrameData;
import io.helidon.http.http2.Http2FrameHeader;
import io.helidon.http.http2.Http2FrameTypes;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2HuffmanDecoder;
import io.helidon.http.http2.Http2Setting;
import io.helidon.http.http2.Http2Settings;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.webserver.Router;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcProtocolSelector;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.spi.SubProtocolResult;
import io.helidon.webserver.spi.ServerConnectionSelector.Support;
import io.rangestream.testkit.LoggedWarnings;
import io.rangestream.transport.accept.FailingServerSocket;
import io.rangestream.transport.hpack.HeaderLists;
import io.rangestream.transport.hpack.StatelessEncoder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Shows the faults of Helidon that this package works around. A test here fails once Helidon has
 * mended its fault; the message names the class that is then superfluous.
 */
@Timeout(60)
final class HelidonCanaryTest {
    private static final int SETTING_BYTES = 6;

    private static BufferData text(String text) {
        return BufferData.create(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Field field(Object owner, String name) {
        try {
            Field field = owner.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new AssertionError(
                    owner.getClass()
                            + " has no field "
                            + name
                            + " any more: adapt ListenerThread, which replaces it",
                    e);
        }
    }

    private static Object listener(WebServer server) throws IllegalAccessException {
        Object listeners = field(server, "listeners").get(server);
        assertThat(listeners)
                .as("WebServer.listeners has another type: adapt ListenerThread")
                .isInstanceOf(Map.class);
        return ((Map<?, ?>) listeners).values().iterator().next();
    }

    @Test
    void listenerHasTheFieldsThatListenerThreadReplaces() throws Exception {
        Object listener = listener(WebServer.builder().port(0).build());
        assertThat(field(listener, "serverThread").getType())
                .as("the listener's thread has another type: adapt ListenerThread")
                .isEqualTo(Thread.class);
        assertThat(field(listener, "serverSocket").getType())
                .as("the listener's socket has another type: adapt ListenerThread")
                .isEqualTo(ServerSocketChannel.class);
    }

    /** See helidon-io/helidon#2663. */
    @Test
    void failedAcceptEndsListener() throws Exception {
        List<FailingServerSocket> sockets = new CopyOnWriteArrayList<>();
        WebServer server = WebServer.builder().host("127.0.0.1").port(0).build();
        Object listener = listener(server);
        ListenerThread.replaceSocket(
                server,
                bound -> {
                    FailingServerSocket socket = new FailingServerSocket(bound);
                    socket.failures.add(new IOException("by a test"));
                    sockets.add(socket);
                    return socket;
                });
        try (LoggedWarnings _ = LoggedWarnings.of(listener.getClass())) {
            server.start();
            await().until(() -> !sockets.isEmpty() && sockets.getFirst().accepts.get() > 0);
            // A listener that survives would serve this connection instead of closing its socket.
            await(
                            "Helidon survives a failed accept: ListenerThread and the retries of"
                                    + " AcceptingChannel are superfluous")
                    .until(
                            () -> {
                                try (Socket _ =
                                        new Socket(FailingServerSocket.ADDRESS, server.port())) {
                                    return !sockets.getFirst().isOpen();
                                } catch (IOException e) {
                                    return !sockets.getFirst().isOpen();
                                }
                            });
        } finally {
            // The failed listener waits for its own end; this ends its thread.
            CompletableFuture<?> closed =
                    (CompletableFuture<?>) field(listener, "closeFuture").get(listener);
            closed.complete(null);
            server.stop();
        }
    }

    private static Http2Settings settings(int first, int second) {
        return Http2Settings.create(
                BufferData.create(
                        ByteBuffer.allocate(2 * SETTING_BYTES)
                                .putShort((short) first)
                                .putInt(20_000)
                                .putShort((short) second)
                                .putInt(20_000)
                                .array()));
    }

    /** See helidon-io/helidon#12278. */
    @Test
    void unknownSettingMakesTheRestUnreadable() {
        int enableConnectProtocol = 8;
        int initialWindow = Http2Setting.INITIAL_WINDOW_SIZE.identifier();
        int maxFrameSize = Http2Setting.MAX_FRAME_SIZE.identifier();
        assertThat(settings(maxFrameSize, initialWindow))
                .extracting(known -> known.presentValue(Http2Setting.INITIAL_WINDOW_SIZE))
                .isEqualTo(Optional.of(20_000L));
        Http2Settings read = settings(enableConnectProtocol, initialWindow);
        assertThat(read.presentValue(Http2Setting.INITIAL_WINDOW_SIZE))
                .as("Helidon skips unknown settings: ClientSettings need not drop them")
                .isNotEqualTo(Optional.of(20_000L));
    }

    private static Support http1Supports(String firstBytes) {
        return Http1ConnectionSelector.builder()
                .config(Http1Config.create())
                .build()
                .supports(text(firstBytes));
    }

    @Test
    void http10IsNotSelected() {
        assertThat(http1Supports("GET / HTTP/1.1\r\n\r\n")).isEqualTo(Support.SUPPORTED);
        assertThat(http1Supports("GET / HTTP/1.0\r\n\r\n"))
                .as("Helidon selects HTTP/1.0: Http1Selector is superfluous for it")
                .isEqualTo(Support.UNSUPPORTED);
    }

    @Test
    void firstPartOfPrefaceIsTakenForHttp1() {
        assertThat(http1Supports("PRI * HTTP/2.0\r\n")).isEqualTo(Support.UNSUPPORTED);
        assertThat(http1Supports("PRI * HT"))
                .as("Helidon waits for the whole preface: Http1Selector is superfluous for it")
                .isEqualTo(Support.SUPPORTED);
    }

    @Test
    void methodInLowerCaseIsTakenForUpperCase() {
        assertThat(Method.create("get"))
                .as(
                        "Helidon's methods are case-sensitive: PseudoFields and Http1Head need not"
                                + " replace methods in lower case")
                .isSameAs(Method.GET);
    }

    private static Http2Headers decode(String... namesAndValues) {
        return decode(HeaderLists.literals(namesAndValues));
    }

    private static Http2Headers decode(byte[] block) {
        Http2FrameHeader header =
                Http2FrameHeader.create(
                        block.length,
                        Http2FrameTypes.HEADERS,
                        Http2Flag.HeaderFlags.create(Http2Flag.END_OF_HEADERS),
                        1);
        return Http2Headers.create(
                null,
                Http2Headers.DynamicTable.create(4096),
                Http2HuffmanDecoder.create(),
                new Http2FrameData(header, BufferData.create(block)));
    }

    @Test
    void pseudoFieldNameThatIsSpelledOutIsRefused() {
        StatelessEncoder indexed = new StatelessEncoder();
        indexed.add(2, "GET".getBytes(StandardCharsets.US_ASCII));
        byte[] block = Arrays.copyOf(indexed.block(), indexed.length());
        assertThat(decode(block).method()).isEqualTo(Method.GET);
        assertThatThrownBy(() -> decode(":method", "GET"))
                .as(
                        "Helidon accepts pseudo-header fields as literals: PseudoFields need not"
                                + " encode them by index")
                .isInstanceOfSatisfying(
                        Http2Exception.class,
                        e -> assertThat(e.code()).isEqualTo(Http2ErrorCode.PROTOCOL));
    }

    @Test
    void nameInUpperCaseIsConnectionError() {
        assertThat(decode("x-lower", "v").httpHeaders()).hasSize(1);
        assertThatThrownBy(() -> decode("X-Upper", "v"))
                .as(
                        "Helidon has another error for a malformed field: HeaderFilter need not"
                                + " reset the stream alone")
                .isExactlyInstanceOf(Http2Exception.class);
    }

    private static SubProtocolResult call(String contentType, Http2StreamWriter writer) {
        WritableHeaders<?> fields = WritableHeaders.create();
        fields.set(HeaderNames.CONTENT_TYPE, contentType);
        return GrpcProtocolSelector.create(GrpcConfig.create())
                .subProtocol(
                        new FakeHelidon.Incoming(DataReader.create(() -> null)),
                        HttpPrologue.create(
                                "HTTP/2.0", "HTTP", "2.0", Method.POST, "/unknown/Method", false),
                        Http2Headers.create(fields),
                        writer,
                        1,
                        Http2Settings.create(),
                        Http2Settings.create(),
                        ConnectionFlowControl.serverBuilder((_, _) -> {})
                                .build()
                                .createStreamFlowControl(1, 65_535, 16 * 1024),
                        Http2StreamState.OPEN,
                        Router.empty());
    }

    @Test
    void grpcWebIsTakenForGrpc() {
        assertThat(call("text/plain", new FakeHelidon.NoWriter()).supported()).isFalse();
        assertThat(call("application/grpc-web", new FakeHelidon.NoWriter()).supported())
                .as("Helidon distinguishes gRPC-Web: StreamSelector need not")
                .isTrue();
    }

    @Test
    void unknownGrpcMethodIsNotFound() {
        List<Http2Headers> written = new CopyOnWriteArrayList<>();
        Http2StreamWriter writer =
                new FakeHelidon.NoWriter() {
                    @Override
                    public int writeHeaders(
                            Http2Headers headers,
                            int streamId,
                            Http2Flag.HeaderFlags flags,
                            FlowControl.Outbound flowControl) {
                        written.add(headers);
                        return 0;
                    }
                };
        call("application/grpc", writer).subProtocol().init();
        assertThat(written).hasSize(1);
        assertThat(written.getFirst().status())
                .as("Helidon answers UNIMPLEMENTED: GrpcStreamWriter need not replace the 404")
                .isEqualTo(Status.NOT_FOUND_404);
    }

    @Test
    void dateIsSetByTimerThread() {
        assertThat(DateTime.rfc1123String()).isNotEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .as(
                        "Helidon's date does not depend on a timer: DateField is superfluous,"
                                + " except over HTTP/2")
                .anyMatch(thread -> thread.getName().equals("helidon-http-timer"));
    }
}
