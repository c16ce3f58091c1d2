package io.rangestream.testkit;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;

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
 * One HTTP/2 connection as bare frames (RFC 9113), without TLS and by prior knowledge. It answers
 * SETTINGS and PING, opens windows only when told to, and leaves all else to the test. For one
 * thread.
 */
public final class Http2Wire implements AutoCloseable {
    /** Frame types, RFC 9113, section 6. */
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
    private static final int PATIENCE_MILLIS = 15_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true);
    private int nextStreamId = 1;

    /**
     * A frame as it came.
     *
     * @param fields what a HEADERS frame says
     */
    // Nobody compares these records, and nobody writes to their arrays.
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

        /** Whether it is the last of its stream. */
        public boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    private Http2Wire(Socket socket, int initialWindow) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
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
     * @param initialWindow how many bytes each stream may send before it is told to go on
     */
    public static Http2Wire connect(int port, int initialWindow) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return new Http2Wire(socket, initialWindow);
    }

    /** Sends a request without a body, and names the stream that it opens. */
    public int send(String method, String path, String... namesAndValues) throws IOException {
        return open(END_STREAM, method, path, namesAndValues);
    }

    /** Sends a request with a body, and names the stream that it opens. */
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

    /** Lets a stream and the connection send so many bytes more. */
    public void openWindows(int streamId, int increment) throws IOException {
        byte[] payload = ByteBuffer.allocate(4).putInt(increment).array();
        write(WINDOW_UPDATE, 0, streamId, payload);
        write(WINDOW_UPDATE, 0, 0, payload);
    }

    /** Lets the connection send so many bytes more. */
    public void openConnectionWindow(int increment) throws IOException {
        write(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(increment).array());
    }

    /** Asks for bytes of an object over gRPC, and names the stream. */
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

    /** A call whose messages are these bytes, whatever they are, and names the stream. */
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

    /** Begins a call and says nothing yet. */
    public int beginCall(String method, String... namesAndValues) throws IOException {
        List<String> fields = new ArrayList<>(List.of("content-type", "application/grpc"));
        fields.addAll(List.of("te", "trailers"));
        fields.addAll(List.of(namesAndValues));
        return open(0, "POST", "/" + method, fields.toArray(String[]::new));
    }

    /** Sends some bytes of a request, at most 16 KiB. */
    public void sendData(int streamId, byte[] bytes, boolean last) throws IOException {
        write(DATA, last ? END_STREAM : 0, streamId, bytes);
    }

    /** Begins a request and does not end it. */
    public int sendHalf(String method, String path, String... namesAndValues) throws IOException {
        return open(0, method, path, namesAndValues);
    }

    /** Sends a request whose header block is given, and names the stream that it opens. */
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

    /** Reads until the server says GOAWAY, and returns the error's code. */
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

    /** Gives a stream up, as a player that seeks does. */
    public void resetStream(int streamId) throws IOException {
        int cancel = 8;
        write(RST_STREAM, 0, streamId, ByteBuffer.allocate(4).putInt(cancel).array());
    }

    /** Sends bytes as they are, in the place of a frame or of a part of one. */
    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Sends a frame, whatever it is. */
    public void write(int type, int flags, int streamId, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(streamId).put(payload);
        out.write(frame.array());
    }

    /** Reads the next frame of a stream; other streams' are skipped, SETTINGS and PING answered. */
    public Frame readFrame(int streamId) throws IOException {
        while (true) {
            Frame frame = readFrame();
            if (frame.streamId() == streamId && frame.type() != WINDOW_UPDATE) {
                return frame;
            }
            if (frame.type() == DATA && frame.payload().length > 0) {
                // Of a stream that was given up: it took from the connection's window all the same.
                openConnectionWindow(frame.payload().length);
            }
            if (frame.type() == GOAWAY) {
                throw new AssertionError(
                        "GOAWAY: " + new String(frame.payload(), StandardCharsets.UTF_8));
            }
        }
    }

    /** Reads the next frame, whatever it is; SETTINGS and PING are answered. */
    public Frame readFrame() throws IOException {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int streamId = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        int type = lengthAndType & 0xFF;
        // Every head is decoded, also one that nobody asks for: decoding has a memory.
        List<Map.Entry<String, String>> fields =
                type == HEADERS ? decode(streamId, flags, payload) : List.of();
        boolean asks = type == SETTINGS || type == PING;
        if (asks && (flags & ACK) == 0) {
            acknowledge(type, type == PING ? payload : new byte[0]);
        }
        return new Frame(type, flags, streamId, payload, fields);
    }

    private void acknowledge(int type, byte[] payload) throws IOException {
        try {
            write(type, ACK, 0, payload);
        } catch (SocketException e) {
            // The server has closed the connection; what it has written before can still be read.
        }
    }

    private List<Map.Entry<String, String>> decode(int streamId, int flags, byte[] payload) {
        if ((flags & END_HEADERS) == 0) {
            throw new AssertionError("a head in several frames");
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
     * Reads a stream to its end, opening windows as bytes come. Complete is what ends by
     * END_STREAM.
     */
    public WireAnswer readAnswer(int streamId) throws IOException {
        Frame head = readFrame(streamId);
        if (head.type() != HEADERS) {
            throw new AssertionError("no head, but a frame of type " + head.type());
        }
        int status =
                head.fields().stream()
                        .filter(field -> field.getKey().equals(":status"))
                        .mapToInt(field -> Integer.parseInt(field.getValue()))
                        .sum();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Frame frame = head;
        while (!frame.endsStream() && frame.type() != RST_STREAM) {
            frame = readFrame(streamId);
            if (frame.type() == DATA && frame.payload().length > 0) {
                body.writeBytes(frame.payload());
                if (!frame.endsStream()) {
                    openWindows(streamId, frame.payload().length);
                }
            }
        }
        return new WireAnswer(status, head.fields(), body.toByteArray(), frame.endsStream());
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
