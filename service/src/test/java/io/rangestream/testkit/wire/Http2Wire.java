package io.rangestream.testkit.wire;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.rangestream.testkit.TestTimeout;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One HTTP/2 connection as frames (RFC 9113), without TLS and by prior knowledge. It acknowledges
 * SETTINGS and PING. It opens flow-control windows only when the test asks for that, except in
 * {@link #readAnswer}. For one thread.
 */
public final class Http2Wire implements AutoCloseable {
    /** Frame types and flags (RFC 9113, section 6). */
    public static final int DATA = 0;

    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    private static final int ACK = 1;
    public static final int END_HEADERS = 4;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_BYTES = 16 * 1024;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true);
    private int nextStreamId = 1;

    /**
     * A received frame.
     *
     * @param fields the decoded fields of a HEADERS frame; else empty
     */
    // These records are never compared, and their arrays are never changed.
    @SuppressWarnings("ArrayRecordComponent")
    public record Frame(
            int type,
            int flags,
            int streamId,
            byte[] payload,
            List<Map.Entry<String, String>> fields) {
        public Frame {
            fields = List.copyOf(fields);
        }

        /** Whether the frame ends its stream. */
        public boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    private Http2Wire(Socket socket, int initialWindow) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) TestTimeout.SHORT.toMillis());
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = new DataOutputStream(socket.getOutputStream());
        out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        byte[] settings =
                ByteBuffer.allocate(6)
                        .putShort((short) SETTINGS_INITIAL_WINDOW_SIZE)
                        .putInt(initialWindow)
                        .array();
        write(SETTINGS, 0, 0, settings);
    }

    /**
     * Connects to a server on this machine.
     *
     * @param initialWindow the initial flow-control window of each stream, in bytes
     */
    public static Http2Wire connect(int port, int initialWindow) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return new Http2Wire(socket, initialWindow);
    }

    /** Sends a request without a body; returns its stream id. */
    public int send(String method, String path, String... namesAndValues) throws IOException {
        return open(END_STREAM, method, path, namesAndValues);
    }

    /** Sends a request with a body; returns its stream id. */
    public int send(byte[] body, String method, String path, String... namesAndValues)
            throws IOException {
        int streamId = open(0, method, path, namesAndValues);
        write(DATA, END_STREAM, streamId, body);
        return streamId;
    }

    private int open(int flags, String method, String path, String... namesAndValues)
            throws IOException {
        Http2Headers headers = new DefaultHttp2Headers();
        headers.method(method).path(path).scheme("http").authority("127.0.0.1:" + socket.getPort());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        int streamId = nextStreamId;
        nextStreamId += 2;
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(streamId, headers, block);
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
        byte[] payload = new byte[block.readableBytes()];
        block.readBytes(payload);
        write(HEADERS, END_HEADERS | flags, streamId, payload);
        return streamId;
    }

    /**
     * Increases the flow-control windows of a stream and of the connection, by {@code increment}
     * bytes.
     */
    public void openWindows(int streamId, int increment) throws IOException {
        byte[] payload = ByteBuffer.allocate(4).putInt(increment).array();
        write(WINDOW_UPDATE, 0, streamId, payload);
        write(WINDOW_UPDATE, 0, 0, payload);
    }

    /** Increases the flow-control window of the connection, by {@code increment} bytes. */
    public void openConnectionWindow(int increment) throws IOException {
        write(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(increment).array());
    }

    /** Sends a gRPC call of one message; returns its stream id. */
    public int sendCall(String method, byte[] message, String... namesAndValues)
            throws IOException {
        byte notCompressed = 0;
        byte[] body =
                ByteBuffer.allocate(5 + message.length)
                        .put(notCompressed)
                        .putInt(message.length)
                        .put(message)
                        .array();
        return sendRawCall(method, body, namesAndValues);
    }

    /** Sends a gRPC call with a body of any bytes; returns its stream id. */
    public int sendRawCall(String method, byte[] body, String... namesAndValues)
            throws IOException {
        int streamId = beginCall(method, namesAndValues);
        for (int done = 0; done < body.length; done += MAX_FRAME_BYTES) {
            int end = Math.min(body.length, done + MAX_FRAME_BYTES);
            sendData(streamId, Arrays.copyOfRange(body, done, end), false);
        }
        sendData(streamId, new byte[0], true);
        return streamId;
    }

    /** Sends the header section of a gRPC call and no message. */
    public int beginCall(String method, String... namesAndValues) throws IOException {
        List<String> fields = new ArrayList<>(List.of("content-type", "application/grpc"));
        fields.addAll(List.of("te", "trailers"));
        fields.addAll(List.of(namesAndValues));
        return open(0, "POST", "/" + method, fields.toArray(String[]::new));
    }

    /** Sends a part of a request body, at most 16 KiB. */
    public void sendData(int streamId, byte[] bytes, boolean last) throws IOException {
        write(DATA, last ? END_STREAM : 0, streamId, bytes);
    }

    /** Sends the header section of a request and leaves its stream open. */
    public int sendHalf(String method, String path, String... namesAndValues) throws IOException {
        return open(0, method, path, namesAndValues);
    }

    /** Sends a request with a given header block, split into frames; returns its stream id. */
    public int sendBlock(byte[] block, int flags) throws IOException {
        int streamId = nextStreamId;
        nextStreamId += 2;
        for (int at = 0; at == 0 || at < block.length; at += MAX_FRAME_BYTES) {
            int to = Math.min(block.length, at + MAX_FRAME_BYTES);
            int frameFlags = (at == 0 ? flags : 0) | (to == block.length ? END_HEADERS : 0);
            write(
                    at == 0 ? HEADERS : CONTINUATION,
                    frameFlags,
                    streamId,
                    Arrays.copyOfRange(block, at, to));
        }
        return streamId;
    }

    /** Reads until GOAWAY; returns its error code. */
    public int readGoAway() throws IOException {
        Frame frame = readFrame();
        while (frame.type() != GOAWAY) {
            frame = readFrame();
        }
        return ByteBuffer.wrap(frame.payload()).getInt(4);
    }

    /** Reads until the server closes the connection. */
    public void readToClose() throws IOException {
        try {
            while (true) {
                readFrame();
            }
        } catch (EOFException e) {
            // Closed.
        }
    }

    /** Resets a stream with CANCEL, as a player does that seeks. */
    public void resetStream(int streamId) throws IOException {
        int cancel = 8;
        write(RST_STREAM, 0, streamId, ByteBuffer.allocate(4).putInt(cancel).array());
    }

    /** Sends bytes unchanged, as a frame or a part of one. */
    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Sends any frame. */
    public void write(int type, int flags, int streamId, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(streamId).put(payload);
        out.write(frame.array());
    }

    /**
     * Reads the next frame of a stream. Skips frames of other streams; acknowledges SETTINGS and
     * PING.
     */
    public Frame readFrame(int streamId) throws IOException {
        while (true) {
            Frame frame = readFrame();
            if (frame.streamId() == streamId && frame.type() != WINDOW_UPDATE) {
                return frame;
            }
            if (frame.type() == DATA && frame.payload().length > 0) {
                // Data of a stream that was reset still uses the connection's window.
                openConnectionWindow(frame.payload().length);
            }
            if (frame.type() == GOAWAY) {
                throw new AssertionError(
                        "GOAWAY: " + new String(frame.payload(), StandardCharsets.UTF_8));
            }
        }
    }

    /** Reads the next frame of any stream; acknowledges SETTINGS and PING. */
    public Frame readFrame() throws IOException {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int streamId = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        int type = lengthAndType & 0xFF;
        // Every header block must be decoded: HPACK decoding is stateful.
        List<Map.Entry<String, String>> fields =
                type == HEADERS ? decode(streamId, flags, payload) : List.of();
        boolean mustAcknowledge = type == SETTINGS || type == PING;
        if (mustAcknowledge && (flags & ACK) == 0) {
            acknowledge(type, type == PING ? payload : new byte[0]);
        }
        return new Frame(type, flags, streamId, payload, fields);
    }

    private void acknowledge(int type, byte[] payload) throws IOException {
        try {
            write(type, ACK, 0, payload);
        } catch (SocketException e) {
            // The server has closed the connection; the frames that it sent before can still be
            // read.
        }
    }

    private List<Map.Entry<String, String>> decode(int streamId, int flags, byte[] payload) {
        if ((flags & END_HEADERS) == 0) {
            throw new AssertionError("a header block in several frames");
        }
        try {
            Http2Headers headers = decoder.decodeHeaders(streamId, Unpooled.wrappedBuffer(payload));
            List<Map.Entry<String, String>> fields = new ArrayList<>();
            headers.forEach(
                    field ->
                            fields.add(
                                    Map.entry(
                                            field.getKey().toString(),
                                            field.getValue().toString())));
            return fields;
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Reads a response to the end of its stream and opens the windows as bytes arrive. A response
     * is complete if END_STREAM ends it.
     */
    public WireResponse readAnswer(int streamId) throws IOException {
        Frame header = readFrame(streamId);
        if (header.type() != HEADERS) {
            throw new AssertionError("not HEADERS, but a frame of type " + header.type());
        }
        int status =
                header.fields().stream()
                        .filter(field -> field.getKey().equals(":status"))
                        .mapToInt(field -> Integer.parseInt(field.getValue()))
                        .sum();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Frame frame = header;
        while (!frame.endsStream() && frame.type() != RST_STREAM) {
            frame = readFrame(streamId);
            if (frame.type() == DATA && frame.payload().length > 0) {
                body.writeBytes(frame.payload());
                if (!frame.endsStream()) {
                    openWindows(streamId, frame.payload().length);
                }
            }
        }
        return new WireResponse(status, header.fields(), body.toByteArray(), frame.endsStream());
    }

    /** Ends the connection by RST, as a crash or a kill does. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        encoder.close();
        socket.close();
    }
}
