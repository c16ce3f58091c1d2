package io.rangestream.app.load;

import io.rangestream.testkit.wire.ScriptedServer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fake S3 store for reads, on its own sockets. The object's key decides whether a GET gets no
 * response, stalls after some bytes, or gets all bytes. A HEAD always gets a response, also for a
 * silent key. Used by {@link SeekingAwayTest}, which owns it.
 */
final class UnresponsiveS3 implements AutoCloseable {
    /** In a key: a GET gets no response. */
    static final String SILENT = "silent";

    /** In a key: the response to a GET begins and then stalls. */
    static final String STALLS = "stalls";

    /** In a key: a GET gets all bytes, as fast as the client reads them. */
    static final String GIVES_ALL = "gives-all";

    /** The length of each object, in bytes. */
    static final long LENGTH = 1L << 40;

    private static final int FIRST_BYTES = 20_000;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final ScriptedServer server = ScriptedServer.start().otherwise(UnresponsiveS3::answer);

    URI address() {
        return server.address();
    }

    /** The number of requests that the store has received and not finished. */
    int answering() {
        return server.answering();
    }

    private static void answer(ScriptedServer.Request request, Socket connection)
            throws IOException {
        if (request.line().startsWith("HEAD ")) {
            ScriptedServer.write(connection, "", head("200 OK", LENGTH));
            return;
        }
        if (request.line().contains(SILENT)) {
            ScriptedServer.awaitClosedByPeer(connection);
            return;
        }
        Matcher range = RANGE.matcher(request.field("Range").orElse(""));
        if (!range.matches()) {
            ScriptedServer.write(connection, "", head("501 Only Ranges", 0));
            return;
        }
        long first = Long.parseLong(range.group(1));
        long length = Long.parseLong(range.group(2)) + 1 - first;
        String positions = "Content-Range: bytes " + first + "-" + range.group(2) + "/" + LENGTH;
        ScriptedServer.write(connection, "", head("206 Partial Content", length, positions));
        boolean stalls = request.line().contains(STALLS);
        write(connection, stalls ? Math.min(length, FIRST_BYTES) : length);
        if (stalls) {
            ScriptedServer.awaitClosedByPeer(connection);
        }
    }

    private static String[] head(String status, long length, String... more) {
        String[] head = new String[more.length + 3];
        head[0] = "HTTP/1.1 " + status;
        head[1] = "Content-Length: " + length;
        head[2] = "ETag: \"tag\"";
        System.arraycopy(more, 0, head, 3, more.length);
        return head;
    }

    private static void write(Socket connection, long length) throws IOException {
        byte[] zeros = new byte[16 * 1024];
        OutputStream out = connection.getOutputStream();
        for (long left = length; left > 0; left -= zeros.length) {
            out.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
