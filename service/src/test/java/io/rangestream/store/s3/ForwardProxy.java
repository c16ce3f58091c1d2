package io.rangestream.store.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A forward proxy on loopback: CONNECT opens a tunnel, and a request with a target in absolute form
 * is forwarded. It connects to one loopback port for every name, so a name that does not exist is
 * reachable only through it.
 */
final class ForwardProxy implements AutoCloseable {
    private static final String END = "\r\n\r\n";

    private final ServerSocket socket;
    private final int origin;
    private final Optional<String> authorization;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private ForwardProxy(ServerSocket socket, int origin, Optional<String> authorization) {
        this.socket = socket;
        this.origin = origin;
        this.authorization = authorization;
    }

    static ForwardProxy start(int origin) {
        return start(origin, Optional.empty());
    }

    /**
     * Starts a proxy.
     *
     * @param authorization the required value of Proxy-Authorization
     */
    static ForwardProxy start(int origin, Optional<String> authorization) {
        try {
            ForwardProxy proxy =
                    new ForwardProxy(
                            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                            origin,
                            authorization);
            Thread.ofVirtual().name("forward-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** The request lines of all forwarded requests. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // The proxy was closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            List<String> head = head(client.getInputStream());
            while (!isAllowed(head)) {
                write(
                        client,
                        "HTTP/1.1 407 Proxy Authentication Required\r\n"
                                + "Proxy-Authenticate: Basic realm=\"proxy\"\r\n"
                                + "Content-Length: 0"
                                + END);
                head = head(client.getInputStream());
            }
            requests.add(head.getFirst());
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), origin)) {
                open.add(server);
                if (head.getFirst().startsWith("CONNECT ")) {
                    write(client, "HTTP/1.1 200 Connection Established" + END);
                } else {
                    write(server, inOriginForm(head));
                }
                Thread.ofVirtual().start(() -> copy(client, server));
                copy(server, client);
            }
        } catch (IOException e) {
            // One end has closed its connection.
        }
    }

    private boolean isAllowed(List<String> head) {
        return authorization.isEmpty()
                || head.contains("Proxy-Authorization: " + authorization.get());
    }

    /**
     * Each connection carries one request, because a second one would have an absolute target
     * again.
     */
    private static String inOriginForm(List<String> head) {
        List<String> passedOn = new ArrayList<>(head);
        passedOn.set(0, head.getFirst().replaceFirst(" http://[^/]+", " "));
        passedOn.removeIf(field -> field.startsWith("Connection:"));
        passedOn.add("Connection: close");
        return String.join("\r\n", passedOn) + END;
    }

    private static List<String> head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf(END) < 0) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("left");
            }
            head.append((char) c);
        }
        return List.of(head.substring(0, head.length() - END.length()).split("\r\n"));
    }

    private static void write(Socket to, String text) throws IOException {
        OutputStream out = to.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One end has closed its connection.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
