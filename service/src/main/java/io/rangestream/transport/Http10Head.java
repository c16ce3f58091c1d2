package io.rangestream.transport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The head of a request in HTTP/1.0 as one of HTTP/1.1 would be that is its connection's last,
 * since Helidon speaks 1.1 alone: proxies and health checks often still speak 1.0. What it is
 * answered is no different (RFC 9112, section 2.3).
 */
final class Http10Head {
    private static final String CRLF = "\r\n";
    private static final int ALL = -1;
    private static final String VERSION = " HTTP/1.0";
    // A connection that would stay, or become another; a wait for the word to go on.
    private static final List<String> NOT_FOR_10 =
            List.of("connection:", "keep-alive:", "upgrade:", "expect:");

    private Http10Head() {}

    /** Whether that is a whole request line, and so the version known. */
    static boolean hasLine(byte[] begin) {
        return text(begin).contains("\n");
    }

    /** Whether a request line of HTTP/1.0 begins these bytes. */
    static boolean begins(byte[] begin) {
        String text = text(begin);
        int end = text.indexOf(CRLF);
        return end >= 0 && text.substring(0, end).endsWith(VERSION);
    }

    /** Whether all of the head is there. */
    static boolean isComplete(byte[] begin) {
        return text(begin).contains(CRLF + CRLF);
    }

    /** The same request, and whatever follows its head. */
    static byte[] asHttp11(byte[] complete) {
        String text = text(complete);
        int end = text.indexOf(CRLF + CRLF);
        List<String> lines = List.of(text.substring(0, end).split(CRLF, ALL));
        StringBuilder head = new StringBuilder();
        String line = lines.getFirst();
        head.append(line, 0, line.length() - VERSION.length()).append(" HTTP/1.1").append(CRLF);
        head.append("Connection: close").append(CRLF);
        List<String> fields = lines.subList(1, lines.size());
        if (fields.stream().noneMatch(field -> lower(field).startsWith("host:"))) {
            // Nobody here looks at it.
            head.append("Host: localhost").append(CRLF);
        }
        fields.stream()
                .filter(field -> NOT_FOR_10.stream().noneMatch(lower(field)::startsWith))
                .forEach(field -> head.append(field).append(CRLF));
        head.append(text, end + CRLF.length(), text.length());
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String lower(String field) {
        return field.toLowerCase(Locale.ROOT);
    }

    /** A character a byte. */
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
