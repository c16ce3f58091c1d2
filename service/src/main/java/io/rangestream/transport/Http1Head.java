package io.rangestream.transport;

import io.rangestream.transport.StartLine.Version;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A well-formed head of an HTTP/1.x request, and its form for Helidon: HTTP/1.1, without content.
 * Made by {@link Http1HeadReader} for {@link Http1RequestReader}. Immutable.
 *
 * <p>Workaround for Helidon 4.5.0: a request in HTTP/1.0 gets no response; a method in lower case
 * is taken for upper case (not reported).
 */
final class Http1Head {
    private static final String CRLF = "\r\n";
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding");
    private static final Set<String> PERSISTENCE = Set.of("connection", "keep-alive");
    // HTTP/1.0 has no interim responses and no Upgrade.
    private static final Set<String> NOT_IN_10 = Set.of("expect", "upgrade");

    private final byte[] raw;
    private final StartLine line;
    private final RequestFraming.Content content;
    private final Expectation expectation;
    private final boolean hasHost;
    private final boolean isLast;
    private final boolean closesInList;

    /** The expectation that a client waits for before it sends content. */
    enum Expectation {
        NONE,
        CONTINUE,
        OTHER
    }

    /**
     * Creates a head.
     *
     * @param raw all bytes of the head, with the empty line; not copied
     * @param isLast whether the connection ends after this request
     * @param closesInList whether {@code close} is in a list of Connection options; Helidon then
     *     gets it as the only option
     */
    Http1Head(
            byte[] raw,
            StartLine line,
            RequestFraming.Content content,
            Expectation expectation,
            boolean hasHost,
            boolean isLast,
            boolean closesInList) {
        this.raw = raw;
        this.line = line;
        this.content = content;
        this.expectation = expectation;
        this.hasHost = hasHost;
        this.isLast = isLast;
        this.closesInList = closesInList;
    }

    RequestFraming.Content content() {
        return content;
    }

    Expectation expectation() {
        return expectation;
    }

    boolean isLast() {
        return isLast;
    }

    /** Returns the raw request target. */
    String target() {
        return new String(
                raw,
                line.targetFrom(),
                line.targetTo() - line.targetFrom(),
                StandardCharsets.ISO_8859_1);
    }

    /** Returns the first value of the field that has this name in lower case. */
    Optional<String> field(String lowerCase) {
        StringBuilder value = new StringBuilder();
        forEachField(
                (name, text) -> {
                    if (name.equals(lowerCase) && value.isEmpty()) {
                        value.append(text.substring(name.length() + 1).strip());
                    }
                });
        return value.isEmpty() ? Optional.empty() : Optional.of(value.toString());
    }

    /**
     * Returns the head for Helidon: the client's bytes if they need no change.
     *
     * @param closes whether the connection must end after the response
     */
    byte[] forHelidon(boolean closes) {
        boolean isUnchanged =
                !closes
                        && content.isNone()
                        && line.version() == Version.HTTP_1_1
                        && !line.method().equals(RegisteredMethods.OTHER)
                        && !closesInList;
        return isUnchanged ? raw : rewritten(closes || isLast);
    }

    private byte[] rewritten(boolean closes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length + 64);
        write(out, line.method());
        // The target with the space before it and the space after it.
        out.write(raw, line.targetFrom() - 1, line.targetTo() - line.targetFrom() + 2);
        write(out, "HTTP/1.1" + CRLF);
        if (closes) {
            write(out, "Connection: close" + CRLF);
        }
        if (!hasHost && line.version() == Version.HTTP_1_0) {
            // HTTP/1.1 requires the field; no route reads it.
            write(out, "Host: localhost" + CRLF);
        }
        forEachField(
                (name, text) -> {
                    if (!isLeftOut(name, closes)) {
                        write(out, text + CRLF);
                    }
                });
        write(out, CRLF);
        return out.toByteArray();
    }

    private boolean isLeftOut(String name, boolean closes) {
        return FRAMING.contains(name)
                || closes && PERSISTENCE.contains(name)
                || line.version() == Version.HTTP_1_0 && NOT_IN_10.contains(name);
    }

    /** Calls {@code use} with each field's name in lower case and its whole line. */
    private void forEachField(BiConsumer<String, String> use) {
        String all = new String(raw, StandardCharsets.ISO_8859_1);
        int from = line.length() + CRLF.length();
        int to = all.indexOf(CRLF, from);
        while (to > from) {
            String text = all.substring(from, to);
            use.accept(text.substring(0, text.indexOf(':')).toLowerCase(Locale.ROOT), text);
            from = to + CRLF.length();
            to = all.indexOf(CRLF, from);
        }
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
