package io.rangestream.store.s3;

import io.rangestream.testkit.ScriptedServer;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hand-written S3 with the 26 letters under every key, for tests that modify its responses. The
 * bytes always match the response head.
 */
final class OddStore {
    static final String TAG = "\"aaaa\"";
    static final byte[] LETTERS = "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    private OddStore() {}

    static boolean isHead(ScriptedServer.Request request) {
        return request.line().startsWith("HEAD ");
    }

    static boolean isList(ScriptedServer.Request request) {
        return request.line().contains("list-type=2");
    }

    /** Sends an error, with a body unless the request is a HEAD. */
    static void error(
            ScriptedServer.Request request,
            Socket connection,
            int status,
            String code,
            String elements,
            String... fields)
            throws IOException {
        String body =
                isHead(request)
                        ? ""
                        : "<?xml version=\"1.0\"?><Error><Code>"
                                + code
                                + "</Code><Message>m</Message>"
                                + elements
                                + "</Error>";
        List<String> head = new ArrayList<>(List.of("HTTP/1.1 " + status + " No"));
        if (!isHead(request)) {
            head.add("Content-Length: " + body.length());
        }
        head.addAll(Arrays.asList(fields));
        ScriptedServer.write(connection, body, head.toArray(String[]::new));
    }

    /** Sends the letters or the requested part of them, with additional header fields. */
    static void letters(
            ScriptedServer.Request request, Socket connection, String tag, String... fields)
            throws IOException {
        letters(request, connection, tag, false, fields);
    }

    /** The same in chunks, without a Content-Length. */
    static void chunkedLetters(
            ScriptedServer.Request request, Socket connection, String tag, String... fields)
            throws IOException {
        letters(request, connection, tag, true, fields);
    }

    private static void letters(
            ScriptedServer.Request request,
            Socket connection,
            String tag,
            boolean chunked,
            String... fields)
            throws IOException {
        Optional<String> required = request.field("If-Match");
        if (required.isPresent() && !required.get().equals(tag)) {
            error(request, connection, 412, "PreconditionFailed", "");
            return;
        }
        Matcher range = RANGE.matcher(request.field("Range").orElse(""));
        boolean isPart = !isHead(request) && range.matches();
        int first = isPart ? Integer.parseInt(range.group(1)) : 0;
        int last =
                isPart && !range.group(2).isEmpty()
                        ? (int) Math.min(Long.parseLong(range.group(2)), LETTERS.length - 1)
                        : LETTERS.length - 1;
        if (first >= LETTERS.length) {
            error(request, connection, 416, "InvalidRange", "");
            return;
        }
        String text = new String(LETTERS, first, last - first + 1, StandardCharsets.US_ASCII);
        List<String> head =
                new ArrayList<>(
                        List.of(
                                isPart ? "HTTP/1.1 206 Partial Content" : "HTTP/1.1 200 OK",
                                "ETag: " + tag));
        head.add(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + text.length());
        if (isPart) {
            head.add("Content-Range: bytes " + first + "-" + last + "/" + LETTERS.length);
        }
        head.addAll(Arrays.asList(fields));
        String body =
                chunked
                        ? Integer.toHexString(text.length()) + "\r\n" + text + "\r\n0\r\n\r\n"
                        : text;
        ScriptedServer.write(connection, isHead(request) ? "" : body, head.toArray(String[]::new));
    }
}
