package io.rangestream.testkit.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/1.1 server on loopback that answers each request by the next step of a script, byte for
 * byte, for behaviour that no correct server shows. Each connection has a virtual thread. Safe for
 * many threads.
 */
public final class ScriptedServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Queue<Answer> script = new ConcurrentLinkedQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answering = new AtomicInteger();
    private volatile Service otherwise =
            (_, connection) ->
                    write(connection, "", "HTTP/1.1 501 Not In The Script", "Content-Length: 0");

    private ScriptedServer(ServerSocket socket) {
        this.socket = socket;
    }

    /** A step of the script: writes a response, or damages the connection. */
    @FunctionalInterface
    public interface Answer {
        void give(Socket connection) throws IOException;
    }

    /** Answers the requests that have no step, in the thread of their connection. */
    @FunctionalInterface
    public interface Service {
        void give(Request request, Socket connection) throws IOException;
    }

    /** The request line and the field lines of a request. */
    public record Request(String line, List<String> fields) {
        public Optional<String> field(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ":";
            return fields.stream()
                    .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(start))
                    .map(field -> field.substring(start.length()).strip())
                    .findFirst();
        }
    }

    public static ScriptedServer start() {
        try {
            ScriptedServer server =
                    new ScriptedServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().name("scripted-server").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /** Adds a step. */
    public ScriptedServer then(Answer answer) {
        script.add(answer);
        return this;
    }

    /** Sets the service for requests that have no step. */
    public ScriptedServer otherwise(Service service) {
        otherwise = service;
        return this;
    }

    /** The number of connections that wait for a response or for the rest of one. */
    public int answering() {
        return answering.get();
    }

    /**
     * Adds a step that writes a response.
     *
     * @param head the status line and the field lines, without line ends
     */
    public ScriptedServer then(String body, String... head) {
        return then(connection -> write(connection, body, head));
    }

    /** Writes a response; for a step that does more after it. */
    public static void write(Socket connection, String body, String... head) throws IOException {
        String all = String.join("\r\n", head) + "\r\n\r\n" + body;
        OutputStream out = connection.getOutputStream();
        out.write(all.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Closes a connection by RST. */
    public static void reset(Socket connection) throws IOException {
        connection.setSoLinger(true, 0);
        connection.close();
    }

    /** Waits until the client has closed the connection. */
    public static void awaitClosedByPeer(Socket connection) throws IOException {
        try {
            connection.getInputStream().read();
        } catch (IOException e) {
            // Closed by RST.
        }
        connection.close();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The number of connections that neither side has closed, as far as a step has noticed it. */
    public long openConnections() {
        return connections.stream().filter(connection -> !connection.isClosed()).count();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connections.add(connection);
                Thread.ofVirtual().name("scripted-connection").start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            while (!connection.isClosed()) {
                Optional<Request> request = readHead(connection.getInputStream());
                if (request.isEmpty()) {
                    return;
                }
                requests.add(request.get());
                answering.incrementAndGet();
                try {
                    answer(request.get(), connection);
                } finally {
                    answering.decrementAndGet();
                }
            }
        } catch (IOException e) {
            // The client or the script closed the connection, as the test intends.
        }
    }

    private void answer(Request request, Socket connection) throws IOException {
        Answer answer = script.poll();
        if (answer == null) {
            otherwise.give(request, connection);
        } else {
            answer.give(connection);
        }
    }

    private static Optional<Request> readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return Optional.empty();
            }
            head.append((char) next);
        }
        List<String> lines = head.toString().lines().toList();
        return Optional.of(new Request(lines.getFirst(), lines.subList(1, lines.size() - 1)));
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
