package io.rangestream.testkit.wire;

import io.rangestream.testkit.TestTimeout;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One HTTP/1.1 connection as a socket. It sends exactly the given bytes, and delimits responses by
 * their Content-Length alone, so that it detects a server that writes too many or too few bytes.
 * For one thread.
 */
public final class Http1Wire implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    private Http1Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) TestTimeout.SHORT.toMillis());
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects to a server on this machine. */
    public static Http1Wire connect(int port) throws IOException {
        return new Http1Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Connects from another address of this machine, such as 127.0.0.2. */
    public static Http1Wire connectFrom(String address, int port) throws IOException {
        return new Http1Wire(
                new Socket(
                        InetAddress.getLoopbackAddress(), port, InetAddress.getByName(address), 0));
    }

    /** Connects with a receive buffer of 32 KiB, which fills up soon. */
    public static Http1Wire connectWithSmallBuffer(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(32 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return new Http1Wire(socket);
    }

    /** Sends text unchanged, one byte for each character. */
    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends a request without a body. */
    public void send(String method, String target, String... fieldLines) throws IOException {
        StringBuilder request = new StringBuilder();
        request.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        request.append("Host: 127.0.0.1:").append(socket.getPort()).append("\r\n");
        for (String line : fieldLines) {
            request.append(line).append("\r\n");
        }
        send(request.append("\r\n").toString());
    }

    /** Sends a request and reads its response. */
    public WireResponse ask(String method, String target, String... fieldLines) throws IOException {
        send(method, target, fieldLines);
        return readAnswer(method);
    }

    /** Reads one response to a request of that method. */
    public WireResponse readAnswer(String method) throws IOException {
        WireResponse head = readHead();
        boolean bodiless = method.equals("HEAD") || head.status() == 204 || head.status() == 304;
        if (bodiless) {
            return head;
        }
        if (head.field("Transfer-Encoding").isPresent()) {
            throw new AssertionError("chunked instead of a Content-Length: " + head.fields());
        }
        int length = Integer.parseInt(head.field("Content-Length").orElse("0"));
        byte[] body = readUpTo(length);
        return new WireResponse(head.status(), head.fields(), body, body.length == length);
    }

    /** Reads a status line and the header section. */
    public WireResponse readHead() throws IOException {
        String statusLine = readLine();
        if (!statusLine.matches("HTTP/1\\.1 \\d{3} .*")) {
            throw new AssertionError("not a status line: \"" + statusLine + "\"");
        }
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new AssertionError("not a field line: \"" + line + "\"");
            }
            fields.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        return new WireResponse(status, fields, new byte[0], true);
    }

    /** Reads a line that ends in CR LF, and returns it without these. */
    public String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        while (b != '\r') {
            if (b < 0 || b == '\n') {
                throw new AssertionError("ended by " + b + " after \"" + line + "\"");
            }
            line.write(b);
            b = in.read();
        }
        if (in.read() != '\n') {
            throw new AssertionError("a bare CR after \"" + line + "\"");
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads {@code length} bytes, or fewer if the connection ends or breaks. */
    public byte[] readUpTo(int length) throws IOException {
        byte[] bytes = new byte[length];
        int read = 0;
        try {
            for (int count = 0; read < length && count >= 0; read += Math.max(count, 0)) {
                count = in.read(bytes, read, length - read);
            }
        } catch (SocketException e) {
            // The connection broke; the bytes before that were read.
        }
        return Arrays.copyOf(bytes, read);
    }

    /** Reads the next chunk of a chunked body (RFC 9112, section 7.1); the last chunk is empty. */
    public byte[] readChunk() throws IOException {
        int length = Integer.parseInt(readLine(), 16);
        byte[] chunk = readUpTo(length);
        String end = readLine();
        if (chunk.length != length || !end.isEmpty()) {
            throw new AssertionError("a chunk of " + length + " ended by \"" + end + "\"");
        }
        return chunk;
    }

    /** Whether the connection ends here, by FIN or RST, without another byte. */
    public boolean isAtEnd() throws IOException {
        return readUpTo(1).length == 0;
    }

    /** Half-closes the connection by FIN; responses can still be read. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection by RST, as a crash or a kill does. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
