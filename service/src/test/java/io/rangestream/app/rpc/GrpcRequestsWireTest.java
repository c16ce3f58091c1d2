package io.rangestream.app.rpc;

import static io.rangestream.app.ServedEndpoints.ALPHABET;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Codec;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.RequestThreads;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** gRPC requests as raw bytes: gzipped messages are accepted, unreadable messages get a status. */
@ServerTest
@Timeout(60)
final class GrpcRequestsWireTest {
    private static final String READ_RANGE = "rangestream.v1.RangeStreamService/ReadRange";
    private static final String BIDI_READ_RANGE = "rangestream.v1.RangeStreamService/BidiReadRange";
    private static final String HEALTH = "grpc.health.v1.Health/Check";
    private static final byte[] REQUEST =
            ReadRangeRequest.newBuilder().setBucket("films").setKey("A").build().toByteArray();
    private static final String[] GZIP = {"grpc-encoding", "gzip"};
    private static final ServedEndpoints SERVED = new ServedEndpoints();

    private final Http2Wire wire;

    GrpcRequestsWireTest(WebServer server) throws IOException {
        this.wire = Http2Wire.connect(server.port(), 65_535);
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterEach
    void disconnect() throws IOException {
        await().until(() -> SERVED.readers().openReads() == 0);
        wire.close();
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    /** A response: its messages, and all fields of head and trailers. */
    private record Answered(ByteBuffer messages, Map<String, String> fields) {
        String status() {
            return String.valueOf(fields.get("grpc-status"));
        }
    }

    private int call(String method, byte[] body, String... fields) throws IOException {
        return wire.sendRawCall(method, body, fields);
    }

    private Answered answer(int streamId) throws IOException {
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        Http2Wire.Frame frame;
        do {
            frame = wire.readFrame(streamId);
            assertThat(frame.type()).isNotEqualTo(Http2Wire.RST_STREAM);
            if (frame.type() == Http2Wire.DATA) {
                messages.writeBytes(frame.payload());
            } else {
                fields.addAll(frame.fields());
            }
        } while (!frame.endsStream());
        return new Answered(
                ByteBuffer.wrap(messages.toByteArray()),
                fields.stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, Map.Entry::getValue, (a, _) -> a)));
    }

    private static byte[] framed(int flag, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) flag)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static byte[] gzipped(byte[] message) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(message);
        }
        return packed.toByteArray();
    }

    private static byte[] data(ByteBuffer in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (in.hasRemaining()) {
            assertThat(in.get()).isZero();
            byte[] message = new byte[in.getInt()];
            in.get(message);
            bytes.writeBytes(
                    ReadRangeResponse.parseFrom(message).getChunk().getData().toByteArray());
        }
        return bytes.toByteArray();
    }

    @Test
    @Covers("grpc-gzipped-requests-bytes")
    void gzippedRequestGetsUncompressedResponse() throws IOException {
        Answered answered =
                answer(
                        call(
                                READ_RANGE,
                                framed(1, gzipped(REQUEST)),
                                "grpc-encoding",
                                "gzip",
                                "grpc-accept-encoding",
                                "gzip"));
        assertThat(answered.status()).isEqualTo("0");
        assertThat(answered.fields()).containsEntry("grpc-encoding", "identity");
        assertThat(data(answered.messages())).isEqualTo(ALPHABET);
    }

    @Test
    void acceptsUncompressedMessageWithGzipEncoding() throws IOException {
        Answered answered = answer(call(READ_RANGE, framed(0, REQUEST), GZIP));
        assertThat(answered.status()).isEqualTo("0");
        assertThat(data(answered.messages())).isEqualTo(ALPHABET);
    }

    @Test
    void acceptsGzippedRequestInPieces() throws IOException {
        byte[] body = framed(1, gzipped(REQUEST));
        int streamId = wire.beginCall(READ_RANGE, GZIP);
        for (int i = 0; i < body.length; i++) {
            wire.sendData(streamId, Arrays.copyOfRange(body, i, i + 1), i == body.length - 1);
        }
        Answered answered = answer(streamId);
        assertThat(answered.status()).isEqualTo("0");
        assertThat(data(answered.messages())).isEqualTo(ALPHABET);
    }

    @Test
    void readsGzippedAndPlainMessagesOfOneStream() throws IOException {
        byte[] open =
                BidiReadRangeRequest.newBuilder()
                        .setOpen(RangesStream.spec("films", "A"))
                        .build()
                        .toByteArray();
        byte[] open2 = framed(0, open);
        byte[] body =
                Arrays.copyOf(framed(1, gzipped(open)), gzipped(open).length + 5 + open2.length);
        System.arraycopy(open2, 0, body, body.length - open2.length, open2.length);
        // The second open is rejected, which shows that both messages were read.
        assertThat(answer(call(BIDI_READ_RANGE, body, GZIP)).status()).isEqualTo("3");
        assertThat(SERVED.lines.getLast().error()).hasValue("INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ_RANGE, BIDI_READ_RANGE, HEALTH})
    @Covers("grpc-gzipped-requests-bytes")
    void rejectsMalformedMessage(String method) throws IOException {
        long threads = RequestThreads.count();
        byte[] garbage = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
        assertThat(answer(call(method, framed(0, garbage))).status()).isEqualTo("3");
        assertThat(answer(call(method, framed(1, garbage), GZIP)).status()).isEqualTo("3");
        await().untilAsserted(
                        () -> assertThat(RequestThreads.count()).isLessThanOrEqualTo(threads));
    }

    @ParameterizedTest
    @ValueSource(strings = {READ_RANGE, BIDI_READ_RANGE, HEALTH})
    @Covers({"grpc-message-over-64", "grpc-message"})
    void rejectsTooLongMessage(String method) throws IOException {
        for (long length : new long[] {64 * 1024 + 1, 1L << 31, (1L << 32) - 1}) {
            byte[] head = ByteBuffer.allocate(5).putInt(1, (int) length).array();
            assertThat(answer(call(method, head)).status()).isEqualTo("8");
            assertThat(answer(call(method, head, GZIP)).status()).isEqualTo("8");
        }
        byte[] bomb = gzipped(new byte[100 * 1024 * 1024]);
        assertThat(answer(call(method, framed(1, bomb), GZIP)).status()).isEqualTo("8");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ_RANGE, BIDI_READ_RANGE, HEALTH})
    void rejectsTooLongLengthBeforeHalfClose(String method) throws IOException {
        int streamId = wire.beginCall(method);
        wire.sendData(streamId, ByteBuffer.allocate(5).putInt(1, 1 << 31).array(), false);
        assertThat(answer(streamId).status()).isEqualTo("8");
        Http2Wire.Frame stop = wire.readFrame(streamId);
        assertThat(stop.type()).isEqualTo(Http2Wire.RST_STREAM);
        assertThat(ByteBuffer.wrap(stop.payload()).getInt()).isZero();
        wire.sendData(streamId, new byte[100], true);
        assertThat(answer(call(READ_RANGE, framed(0, REQUEST))).status()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ_RANGE, BIDI_READ_RANGE, HEALTH})
    void rejectsUnreadableSecondMessage(String method) throws IOException {
        byte[] good =
                method.equals(BIDI_READ_RANGE)
                        ? BidiReadRangeRequest.newBuilder()
                                .setOpen(RangesStream.spec("films", "A"))
                                .build()
                                .toByteArray()
                        : method.equals(HEALTH) ? new byte[0] : REQUEST;
        int streamId = wire.beginCall(method);
        wire.sendData(streamId, framed(0, good), false);
        wire.sendData(streamId, ByteBuffer.allocate(5).putInt(1, -1).array(), false);
        assertThat(answer(streamId).status()).isEqualTo("8");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ_RANGE, BIDI_READ_RANGE, HEALTH})
    @Covers("grpc-message-over-64")
    void rejectsCompressedFlagThatContradictsTheFraming(String method) throws IOException {
        for (int flag : new int[] {2, 3, 127, 255}) {
            assertThat(answer(call(method, framed(flag, REQUEST))).status()).isEqualTo("13");
            assertThat(answer(call(method, framed(flag, REQUEST), GZIP)).status()).isEqualTo("13");
        }
        assertThat(answer(call(method, framed(1, gzipped(REQUEST)))).status()).isEqualTo("13");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ_RANGE, BIDI_READ_RANGE, HEALTH})
    @Covers("grpc-gzipped-requests-bytes")
    void rejectsBinaryMetadataThatIsNotBase64(String method) throws IOException {
        for (String bad : new String[] {"*", "YQ=", "a", "YQ==YQ==", "\u00E4"}) {
            int streamId = wire.beginCall(method, "trace-bin", bad);
            assertThat(answer(streamId).status()).isEqualTo("3");
        }
        for (String good : new String[] {"YQ", "YQ==", "", "YQ,YWI="}) {
            int streamId = wire.beginCall(READ_RANGE, "trace-bin", good);
            wire.sendData(streamId, framed(0, REQUEST), true);
            assertThat(answer(streamId).status()).isEqualTo("0");
        }
    }

    @Test
    void logsMetadataThatIsNotBase64() throws IOException {
        answer(wire.beginCall(READ_RANGE, "trace-bin", "*"));
        await().until(() -> SERVED.lines.getLast().error().equals(Optional.of("INVALID_REQUEST")));
    }

    @Test
    void ignoresMetadataWithNameInvalidInGrpc() throws IOException {
        int streamId = call(READ_RANGE, framed(0, REQUEST), "x!y", "z");
        assertThat(answer(streamId).status()).isEqualTo("0");
    }

    @Test
    @Covers("grpc-message-over-64")
    void unknownMethodIsUnimplemented() throws IOException {
        for (String method :
                new String[] {"rangestream.v1.RangeStreamService/None", "none.Such/Method"}) {
            int streamId = wire.beginCall(method);
            Answered answered = answer(streamId);
            assertThat(answered.fields()).containsEntry(":status", "200");
            assertThat(answered.status()).isEqualTo("12");
            assertThat(wire.readFrame(streamId).type()).isEqualTo(Http2Wire.RST_STREAM);
            assertThat(answer(call(method, framed(0, REQUEST))).status()).isEqualTo("12");
        }
    }

    @Test
    void unknownEncodingIsUnimplemented() throws IOException {
        Answered answered = answer(call(READ_RANGE, framed(1, REQUEST), "grpc-encoding", "zstd"));
        assertThat(answered.status()).isEqualTo("12");
        assertThat(answered.fields())
                .containsEntry("grpc-accept-encoding", "identity,gzip")
                .containsKey("grpc-status-details-bin");
    }

    @Test
    void acceptsIdentityEncoding() throws IOException {
        assertThat(
                        answer(
                                        call(
                                                READ_RANGE,
                                                framed(0, REQUEST),
                                                "grpc-encoding",
                                                Codec.Identity.NONE.getMessageEncoding()))
                                .status())
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {READ_RANGE, BIDI_READ_RANGE, HEALTH})
    void truncatedRequestIsRejectedAndLeavesNoThread(String method) throws IOException {
        long threads = RequestThreads.count();
        byte[] message =
                method.equals(BIDI_READ_RANGE)
                        ? BidiReadRangeRequest.newBuilder()
                                .setOpen(RangesStream.spec("films", "A"))
                                .build()
                                .toByteArray()
                        : REQUEST;
        byte[] whole = framed(0, message);
        for (int length = 1; length < whole.length; length += 3) {
            byte[] half = Arrays.copyOf(whole, length);
            assertThat(answer(call(method, half)).status()).isEqualTo("3");
            assertThat(answer(call(method, half, GZIP)).status()).isEqualTo("3");
        }
        await().untilAsserted(
                        () -> assertThat(RequestThreads.count()).isLessThanOrEqualTo(threads));
    }

    @Test
    void truncatedSecondMessageIsRejected() throws IOException {
        byte[] open =
                framed(
                        0,
                        BidiReadRangeRequest.newBuilder()
                                .setOpen(RangesStream.spec("films", "A"))
                                .build()
                                .toByteArray());
        byte[] body = Arrays.copyOf(open, open.length + 3);
        assertThat(answer(call(BIDI_READ_RANGE, body)).status()).isEqualTo("3");
    }

    @Test
    void rejectsRequestWithoutMessage() throws IOException {
        assertThat(answer(call(READ_RANGE, new byte[0])).status()).isNotEqualTo("0");
    }

    @Test
    void smallPiecesOfLongMessageAreNotRecopied() throws IOException {
        int streamId = wire.beginCall(READ_RANGE, GZIP);
        wire.sendData(streamId, ByteBuffer.allocate(5).putInt(1, 1_500_000).array(), false);
        for (int sent = 0; sent < 1_400_000; sent += 14_000) {
            wire.sendData(streamId, new byte[14_000], false);
        }
        for (int i = 0; i < 20_000; i++) {
            wire.sendData(streamId, new byte[1], false);
        }
        wire.resetStream(streamId);
        // Must end within the timeout of the class. A copy for each piece would move 28 GB.
        assertThat(answer(call(READ_RANGE, framed(0, REQUEST))).status()).isEqualTo("0");
    }
}
