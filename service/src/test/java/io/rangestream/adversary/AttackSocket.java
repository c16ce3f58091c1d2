package io.rangestream.adversary;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A connection of the attacker, from an address of its own. The server may refuse it, close it or
 * read nothing. For one thread.
 */
final class AttackSocket implements AutoCloseable {
    // All of 127.0.0.0/8 belongs to this machine. The server sees the attacker and the second
    // client as two clients.
    private static final String ADDRESS = "127.0.0.66";
    // A server that sends nothing for this time counts as silent, and the attack goes to its next
    // step.
    private static final int SILENCE_MILLIS = 2_000;
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket = new Socket();

    AttackSocket(Target target) throws IOException {
        try {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(ADDRESS), 0));
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), target.port()),
                    SILENCE_MILLIS);
            socket.setSoTimeout(SILENCE_MILLIS);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    AttackSocket send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    AttackSocket send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends the HTTP/2 preface and empty settings. */
    AttackSocket startHttp2() throws IOException {
        return send(PREFACE).frame(4, 0, 0, new byte[0]);
    }

    AttackSocket frame(int type, int flags, int streamId, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(streamId).put(payload);
        return send(frame.array());
    }

    /** Reads up to {@code atMost} bytes, until the server is silent or closes the connection. */
    void drain(int atMost) {
        byte[] buffer = new byte[16 * 1024];
        int read = 0;
        try {
            for (int count = 0; count >= 0 && read < atMost; read += count) {
                count = socket.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // Closed by the server, or silent.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed anyway.
        }
    }
}
