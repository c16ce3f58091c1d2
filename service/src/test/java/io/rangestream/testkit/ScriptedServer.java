package io.rangestream.testkit;

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
 * An HTTP/1.1 server on loopback that answers each request by the next line of a script, byte for
 * byte as told: what no honest server can be brought to do.
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

    /** Writes an answer, and may do worse to the connection. */
    @FunctionalInterface
    public interface Answer {
        void give(Socket connection) throws IOException;
    }

    /** Answers whatever the script does not, each connection on a thread of its own. */
    @FunctionalInterface
    public interface Service {
        void give(Request request, Socket connection) throws IOException;
    }

    /** A request's head. */
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

    /** Adds to the script. */
    public ScriptedServer then(Answer answer) {
        script.add(answer);
        return this;
    }

    /** Gives what the script has no line for. */
    public ScriptedServer otherwise(Service service) {
        otherwise = service;
        return this;
    }

    /** How many connections wait for an answer, or for the rest of one. */
    public int answering() {
        return answering.get();
    }

    /** Adds an answer, its lines ended as HTTP has it, a blank one and a body after them. */
    public ScriptedServer then(String body, String... head) {
        return then(connection -> write(connection, body, head));
    }

    /** Writes an answer for a script line that goes on after it. */
    public static void write(Socket connection, String body, String... head) throws IOException {
        String all = String.join("\r\n", head) + "\r\n\r\n" + body;
        OutputStream out = connection.getOutputStream();
        out.write(all.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Ends a connection by a TCP reset. */
    public static void reset(Socket connection) throws IOException {
        connection.setSoLinger(true, 0);
        connection.close();
    }

    /** Waits, a connection open, until the peer has closed it. */
    public static void awaitClosedByPeer(Socket connection) throws IOException {
        try {
            connection.getInputStream().read();
        } catch (IOException e) {
            // By a reset: closed as well.
        }
        connection.close();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** How many connections neither side has closed, as far as a script line looked. */
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
            // The peer left, or the script ended the connection: both are what is tested.
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
