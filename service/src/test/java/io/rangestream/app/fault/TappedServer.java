package io.rangestream.app.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy in front of a server that records the last request target of each open connection.
 * Used by the tests of browser tabs. It understands HTTP/1.1 requests without content, as a page
 * sends them. Safe for many threads; its owner closes it.
 */
public final class TappedServer implements AutoCloseable {
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private final ServerSocket listener;
    private final int serverPort;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    private TappedServer(ServerSocket listener, int serverPort) {
        this.listener = listener;
        this.serverPort = serverPort;
    }

    public static TappedServer before(int serverPort) {
        try {
            TappedServer tap =
                    new TappedServer(
                            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), serverPort);
            Thread.ofVirtual().start(tap::accept);
            return tap;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /**
     * The number of open connections with a last request target that begins with {@code
     * targetPrefix}.
     */
    public long open(String targetPrefix) {
        return open.stream().filter(each -> each.lastTarget.startsWith(targetPrefix)).count();
    }

    /** Closes all connections, as a restart of the server does. */
    public void cut() {
        open.forEach(Connection::close);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Connection connection =
                        new Connection(
                                client, new Socket(InetAddress.getLoopbackAddress(), serverPort));
                open.add(connection);
                Thread.ofVirtual().start(() -> connection.pass(true));
                Thread.ofVirtual().start(() -> connection.pass(false));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private final ByteArrayOutputStream head = new ByteArrayOutputStream();
        private int matched;
        private volatile String lastTarget = "";

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pass(boolean toServer) {
            byte[] buffer = new byte[64 * 1024];
            try {
                InputStream from = (toServer ? client : server).getInputStream();
                OutputStream to = (toServer ? server : client).getOutputStream();
                for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                    if (toServer) {
                        note(buffer, count);
                    }
                    to.write(buffer, 0, count);
                }
            } catch (IOException e) {
                // One side closed the connection.
            } finally {
                close();
            }
        }

        private void note(byte[] bytes, int count) {
            for (int i = 0; i < count; i++) {
                head.write(bytes[i]);
                matched = bytes[i] == END_OF_HEAD[matched] ? matched + 1 : bytes[i] == '\r' ? 1 : 0;
                if (matched == END_OF_HEAD.length) {
                    lastTarget = head.toString(StandardCharsets.ISO_8859_1).split(" ", 3)[1];
                    head.reset();
                    matched = 0;
                }
            }
        }

        void close() {
            open.remove(this);
            try {
                try {
                    client.close();
                } finally {
                    server.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
