package io.rangestream.app.fault;

import io.rangestream.testkit.wire.ScriptedServer;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fake S3 store for reads over sockets. With a seeded probability it gives a wrong response or
 * fails, in each way that a reader can detect: it never sends wrong bytes for the positions that it
 * names. Used by {@link RandomLiesTest}. Safe for many threads.
 */
final class InvalidS3 implements AutoCloseable {
    private static final double LIES = 0.35;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)|bytes=-(\\d+)");

    private static final Pattern TARGET = Pattern.compile("/(\\w+)(?:\\?\\S*)? HTTP");

    private final ScriptedServer server = ScriptedServer.start().otherwise(this::answer);
    private final Map<String, Stored> objects = new ConcurrentHashMap<>();
    private final SplittableRandom random;
    private final AtomicLong tags = new AtomicLong();
    private final AtomicLong lies = new AtomicLong();

    private static final class Stored {
        final byte[] bytes;
        final String tag;

        Stored(byte[] bytes, String tag) {
            this.bytes = bytes;
            this.tag = tag;
        }
    }

    /** The faults of a response. */
    private enum Lie {
        NONE,
        RESET,
        NOT_HTTP,
        SLOW_DOWN,
        INTERNAL_ERROR,
        WHOLE_INSTEAD_OF_RANGE,
        ONE_BYTE_EARLIER,
        ONE_BYTE_LESS,
        TRUNCATED,
        NO_TAG,
        ANOTHER_VERSION,
        EMPTY_RANGE,
        NO_CONTENT_LENGTH,
        EXTRA_BYTES
    }

    InvalidS3(long seed) {
        this.random = new SplittableRandom(seed);
    }

    URI address() {
        return server.address();
    }

    String put(String key, byte[] bytes) {
        String tag = "\"" + tags.incrementAndGet() + "\"";
        objects.put(key, new Stored(bytes, tag));
        return tag;
    }

    /** The number of wrong responses and failures so far. */
    long lies() {
        return lies.get();
    }

    private synchronized Lie nextLie() {
        Lie[] all = Lie.values();
        Lie lie = random.nextDouble() < LIES ? all[1 + random.nextInt(all.length - 1)] : Lie.NONE;
        if (lie != Lie.NONE) {
            lies.incrementAndGet();
        }
        return lie;
    }

    private void answer(ScriptedServer.Request request, Socket connection) throws IOException {
        Matcher target = TARGET.matcher(request.line());
        Stored object = target.find() ? objects.get(target.group(1)) : null;
        if (object == null) {
            error(request, connection, "404 No", "NoSuchKey");
            return;
        }
        Lie lie = nextLie();
        switch (lie) {
            case RESET -> ScriptedServer.reset(connection);
            case NOT_HTTP -> {
                ScriptedServer.write(connection, "", "is no HTTP");
                connection.close();
            }
            case SLOW_DOWN -> error(request, connection, "503 Slow Down", "SlowDown");
            case INTERNAL_ERROR -> error(request, connection, "500 Oh", "InternalError");
            default -> {
                String required = request.field("If-Match").orElse(object.tag);
                if (!required.equals(object.tag) && lie != Lie.ANOTHER_VERSION) {
                    error(request, connection, "412 No", "PreconditionFailed");
                } else if (request.line().startsWith("HEAD ")) {
                    write(connection, object, new byte[0], object.bytes.length, lie, "200 OK");
                } else {
                    part(request, connection, object, lie);
                }
            }
        }
    }

    private static void error(
            ScriptedServer.Request request, Socket connection, String status, String code)
            throws IOException {
        String body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>";
        boolean isHead = request.line().startsWith("HEAD ");
        ScriptedServer.write(
                connection,
                isHead ? "" : body,
                "HTTP/1.1 " + status,
                "Content-Length: " + (isHead ? 0 : body.length()));
    }

    private static void part(
            ScriptedServer.Request request, Socket connection, Stored object, Lie lie)
            throws IOException {
        int length = object.bytes.length;
        Matcher range = RANGE.matcher(request.field("Range").orElse(""));
        if (!range.matches() || lie == Lie.WHOLE_INSTEAD_OF_RANGE) {
            write(connection, object, object.bytes, length, lie, "200 OK");
            return;
        }
        long first =
                range.group(3) == null
                        ? Long.parseLong(range.group(1))
                        : Math.max(0, length - Long.parseLong(range.group(3)));
        long last =
                range.group(2) == null || range.group(2).isEmpty()
                        ? length - 1
                        : Math.min(Long.parseLong(range.group(2)), length - 1);
        if (lie == Lie.EMPTY_RANGE) {
            write(connection, object, new byte[0], 0, lie, "206 Partial", "bytes 0--1/0");
            return;
        }
        if (first > last) {
            error(request, connection, "416 No", "InvalidRange");
            return;
        }
        if (lie == Lie.ONE_BYTE_EARLIER) {
            first = Math.max(0, first - 1);
        }
        if (lie == Lie.ONE_BYTE_LESS) {
            last = Math.max(first, last - 1);
        }
        byte[] bytes = Arrays.copyOfRange(object.bytes, (int) first, (int) last + 1);
        String positions = "bytes " + first + "-" + last + "/" + length;
        write(connection, object, bytes, bytes.length, lie, "206 Partial", positions);
    }

    private static void write(
            Socket connection, Stored object, byte[] body, int length, Lie lie, String... head)
            throws IOException {
        List<String> lines = new ArrayList<>(List.of("HTTP/1.1 " + head[0]));
        if (lie != Lie.NO_CONTENT_LENGTH) {
            lines.add("Content-Length: " + length);
        }
        if (lie != Lie.NO_TAG) {
            lines.add("ETag: " + object.tag);
        }
        if (head.length > 1) {
            lines.add("Content-Range: " + head[1]);
        }
        ScriptedServer.write(connection, "", lines.toArray(String[]::new));
        connection
                .getOutputStream()
                .write(body, 0, lie == Lie.TRUNCATED ? body.length / 2 : body.length);
        if (lie == Lie.EXTRA_BYTES) {
            connection.getOutputStream().write(new byte[100]);
        }
        if (lie == Lie.TRUNCATED || lie == Lie.NO_CONTENT_LENGTH || lie == Lie.EXTRA_BYTES) {
            connection.close();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
