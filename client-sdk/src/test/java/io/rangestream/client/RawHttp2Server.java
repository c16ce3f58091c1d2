package io.rangestream.client;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.StatObjectResponse;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that writes raw HTTP/2 frames (RFC 9113), so that it can end a call in every way that
 * the protocol allows. Each read gets the response of the next script; all other calls, and reads
 * after the last script, get valid responses.
 */
final class RawHttp2Server implements AutoCloseable {
    static final int NO_ERROR = 0;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PREFACE_BYTES = 24;
    private static final int FRAME_HEAD_BYTES = 9;
    private static final int MESSAGE_HEAD_BYTES = 5;

    final List<ReadRangeRequest> reads = new CopyOnWriteArrayList<>();
    final Queue<Script> script = new ConcurrentLinkedQueue<>();
    private final ScriptedObject object;
    private final ServerSocket listener;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    /** The response to one read. */
    interface Script {
        /**
         * Sends the response.
         *
         * @param right the valid messages, from the header to the end message
         */
        void answer(Call call, List<byte[]> right) throws IOException;
    }

    RawHttp2Server(ScriptedObject object) throws IOException {
        this.object = object;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "raw-http2-server");
        thread.setDaemon(true);
        thread.start();
    }

    String target() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** The number of connections so far. */
    int connections() {
        return connections.size();
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(listener.accept());
                connections.add(connection);
                start(connection::serve);
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Connection connection : connections) {
            connection.socket.close();
        }
    }

    /** A client's connection. */
    private final class Connection {
        private final Socket socket;
        private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
        private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
        private final Map<Integer, String> paths = new HashMap<>();
        private final Map<Integer, byte[]> bodies = new HashMap<>();

        Connection(Socket socket) {
            this.socket = socket;
        }

        void serve() {
            try {
                DataInputStream in =
                        new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                in.skipNBytes(PREFACE_BYTES);
                write(SETTINGS, 0, 0, new byte[0]);
                while (true) {
                    int lengthAndType = in.readInt();
                    int flags = in.readUnsignedByte();
                    int streamId = in.readInt();
                    byte[] payload = in.readNBytes(lengthAndType >>> 8);
                    take(lengthAndType & 0xFF, flags, streamId, payload);
                }
            } catch (IOException e) {
                // The client or the server has closed the connection.
            }
        }

        private void take(int type, int flags, int streamId, byte[] payload) throws IOException {
            if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
                write(type, ACK, 0, type == PING ? payload : new byte[0]);
            } else if (type == HEADERS) {
                paths.put(streamId, path(streamId, payload));
            } else if (type == DATA && payload.length > 0) {
                bodies.put(streamId, payload);
            }
            if (type == DATA && (flags & END_STREAM) != 0) {
                answer(new Call(this, streamId), bodies.getOrDefault(streamId, new byte[0]));
            }
        }

        private void answer(Call call, byte[] body) throws IOException {
            if (!paths.getOrDefault(call.streamId, "").endsWith("/ReadRange")) {
                call.headers();
                call.message(
                        StatObjectResponse.newBuilder()
                                .setMetadata(object.metadata())
                                .build()
                                .toByteArray());
                call.trailers(0);
                return;
            }
            ReadRangeRequest request =
                    ReadRangeRequest.parseFrom(
                            ByteBuffer.wrap(
                                    body, MESSAGE_HEAD_BYTES, body.length - MESSAGE_HEAD_BYTES));
            reads.add(request);
            List<byte[]> right =
                    object.parts(request).stream().map(part -> part.toByteArray()).toList();
            Script next = script.poll();
            if (next != null) {
                next.answer(call, right);
                return;
            }
            call.headers();
            call.messages(right);
            call.trailers(0);
        }

        private String path(int streamId, byte[] block) {
            try {
                return decoder.decodeHeaders(streamId, Unpooled.wrappedBuffer(block))
                        .path()
                        .toString();
            } catch (Http2Exception e) {
                throw new AssertionError(e);
            }
        }

        private void writeHead(int flags, int streamId, Http2Headers fields) throws IOException {
            ByteBuf block = Unpooled.buffer();
            try {
                encoder.encodeHeaders(streamId, fields, block);
            } catch (Http2Exception e) {
                throw new AssertionError(e);
            }
            byte[] payload = new byte[block.readableBytes()];
            block.readBytes(payload);
            write(HEADERS, END_HEADERS | flags, streamId, payload);
        }

        private void write(int type, int flags, int streamId, byte[] payload) throws IOException {
            socket.getOutputStream()
                    .write(
                            ByteBuffer.allocate(FRAME_HEAD_BYTES + payload.length)
                                    .putInt(payload.length << 8 | type)
                                    .put((byte) flags)
                                    .putInt(streamId)
                                    .put(payload)
                                    .array());
        }
    }

    /** A running call. */
    static final class Call {
        private final Connection connection;
        private final int streamId;

        private Call(Connection connection, int streamId) {
            this.connection = connection;
            this.streamId = streamId;
        }

        private static Http2Headers head(String status, String contentType) {
            return new DefaultHttp2Headers().status(status).add("content-type", contentType);
        }

        void headers() throws IOException {
            connection.writeHead(0, streamId, head("200", "application/grpc"));
        }

        /** Sends a response without gRPC's fields, as an HTTP proxy does. */
        void page(String status) throws IOException {
            connection.writeHead(0, streamId, head(status, "text/html"));
            connection.write(
                    DATA,
                    END_STREAM,
                    streamId,
                    "<h1>oops</h1>".getBytes(StandardCharsets.US_ASCII));
        }

        void messages(List<byte[]> messages) throws IOException {
            for (byte[] message : messages) {
                message(message);
            }
        }

        void message(byte[] message) throws IOException {
            connection.write(DATA, 0, streamId, framed(message));
        }

        /** Sends the first half of a message. */
        void half(byte[] message) throws IOException {
            byte[] framed = framed(message);
            connection.write(DATA, 0, streamId, Arrays.copyOf(framed, framed.length / 2));
        }

        private static byte[] framed(byte[] message) {
            byte notCompressed = 0;
            return ByteBuffer.allocate(MESSAGE_HEAD_BYTES + message.length)
                    .put(notCompressed)
                    .putInt(message.length)
                    .put(message)
                    .array();
        }

        void trailers(int status) throws IOException {
            connection.writeHead(
                    END_STREAM,
                    streamId,
                    new DefaultHttp2Headers().add("grpc-status", Integer.toString(status)));
        }

        /** Sends a header frame that also ends the stream. */
        void trailersOnly(int status) throws IOException {
            connection.writeHead(
                    END_STREAM,
                    streamId,
                    head("200", "application/grpc").add("grpc-status", Integer.toString(status)));
        }

        /** Ends the stream without a status. */
        void endStream() throws IOException {
            connection.write(DATA, END_STREAM, streamId, new byte[0]);
        }

        void reset(int error) throws IOException {
            connection.write(RST_STREAM, 0, streamId, ByteBuffer.allocate(4).putInt(error).array());
        }

        /**
         * Sends GOAWAY: the client opens no more streams, and this call is the last processed one.
         */
        void goAway(int error) throws IOException {
            goAway(streamId, error);
        }

        /** Sends GOAWAY: this call was not processed either. */
        void goAwayWithoutThis(int error) throws IOException {
            goAway(streamId - 2, error);
        }

        private void goAway(int lastStreamId, int error) throws IOException {
            connection.write(
                    GOAWAY,
                    0,
                    0,
                    ByteBuffer.allocate(8).putInt(lastStreamId).putInt(error).array());
        }

        /** Closes the connection with FIN. */
        void close() throws IOException {
            connection.socket.close();
        }

        /** Closes the connection with RST. */
        void abort() throws IOException {
            connection.socket.setSoLinger(true, 0);
            connection.socket.close();
        }
    }
}
