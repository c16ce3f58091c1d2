package io.rangestream.store.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A scanner for the XML that S3 sends: elements and text, nothing else. It is not a general XML
 * parser, on purpose. A key may contain a character that XML 1.0 can't express, and some stores
 * write it as a character reference, for example to 7; a conforming parser would refuse the whole
 * page. Depth, tag length and text length are limited, and a document type declaration is refused,
 * so neither entities nor nesting can exhaust memory or stack. Used by one thread.
 */
final class S3Xml {
    /** A list has four levels, an error two or three. */
    private static final int MAX_DEPTH = 16;

    private static final int MAX_TAG_CHARS = 2048;

    /** A percent-encoded key of 1,024 bytes has 3,072 characters. Longer text is cut. */
    static final int MAX_TEXT_CHARS = 8192;

    private static final int MAX_REFERENCE_CHARS = 10;
    private static final int END = -1;
    private static final int HEX = 16;
    private static final int DECIMAL = 10;

    private final Reader reader;
    private final Handler handler;
    private final char[] buffer = new char[8192];
    private final Deque<String> open = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();
    private int position;
    private int limit;

    private S3Xml(Reader reader, Handler handler) {
        this.reader = reader;
        this.handler = handler;
    }

    /** Receives the elements in document order. Names have no namespace prefix. */
    interface Handler {
        /**
         * An element begins.
         *
         * @param depth 1 for the root
         */
        void start(String name, int depth);

        /**
         * An element ends.
         *
         * @param text the text since the last tag, cut at {@link #MAX_TEXT_CHARS}
         */
        void end(String name, int depth, String text);
    }

    /** The text is not XML of the kind that S3 sends. */
    static final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;

        MalformedException(String what) {
            super("malformed XML: " + what);
        }
    }

    /**
     * Scans a document to the end of its root element.
     *
     * @throws MalformedException if it is not well-formed, or exceeds a limit
     */
    static void scan(InputStream in, Handler handler) throws IOException {
        new S3Xml(new InputStreamReader(in, StandardCharsets.UTF_8), handler).scan();
    }

    private void scan() throws IOException {
        boolean hasRoot = false;
        while (!hasRoot || !open.isEmpty()) {
            int c = next();
            if (c == END) {
                throw new MalformedException(hasRoot ? "it ends too early" : "no element");
            }
            if (c == '<') {
                hasRoot |= markup();
            } else if (!hasRoot) {
                if (c != '\uFEFF' && !Character.isWhitespace(c)) {
                    throw new MalformedException("text before the root element");
                }
            } else {
                append(c == '&' ? reference() : c);
            }
        }
    }

    /** Reads the markup after a '&lt;'. Returns whether it was an element's tag. */
    private boolean markup() throws IOException {
        int c = next();
        switch (c) {
            case '?' -> skipPast("?>");
            case '!' -> declaration();
            case '/' -> {
                endTag(tag(next()));
                return true;
            }
            default -> {
                startTag(tag(c));
                return true;
            }
        }
        return false;
    }

    private void declaration() throws IOException {
        int c = next();
        if (c == '-' && next() == '-') {
            skipPast("-->");
            return;
        }
        if (c == '[' && !open.isEmpty()) {
            for (char expected : "CDATA[".toCharArray()) {
                if (next() != expected) {
                    throw new MalformedException("unknown declaration");
                }
            }
            characterData();
            return;
        }
        throw new MalformedException("a declaration is not allowed");
    }

    private void characterData() throws IOException {
        StringBuilder ending = new StringBuilder();
        while (true) {
            int c = next();
            if (c == END) {
                throw new MalformedException("it ends within CDATA");
            }
            boolean ends = c == '>' && ending.length() == 2;
            if (ends) {
                return;
            }
            if (c == ']' && ending.length() < 2) {
                ending.append(']');
                continue;
            }
            if (c != ']') {
                ending.chars().forEach(this::append);
                ending.setLength(0);
            }
            append(c);
        }
    }

    private void skipPast(String ending) throws IOException {
        int matched = 0;
        while (matched < ending.length()) {
            int c = next();
            if (c == END) {
                throw new MalformedException("it ends within a comment or instruction");
            }
            if (c == ending.charAt(matched)) {
                matched++;
            } else if (matched == 0 || c != ending.charAt(matched - 1)) {
                matched = c == ending.charAt(0) ? 1 : 0;
            }
        }
    }

    private String tag(int first) throws IOException {
        StringBuilder tag = new StringBuilder();
        int c = first;
        // The quote of the attribute value that is being read: a '>' inside does not end the tag
        // (XML 1.0, 3.1).
        int quote = 0;
        while (c != '>' || quote != 0) {
            if (c == END || c == '<' || tag.length() == MAX_TAG_CHARS) {
                throw new MalformedException("a tag does not end");
            }
            if (quote == 0) {
                quote = c == '"' || c == '\'' ? c : 0;
            } else if (c == quote) {
                quote = 0;
            }
            tag.append((char) c);
            c = next();
        }
        return tag.toString();
    }

    private void startTag(String tag) throws IOException {
        boolean isEmpty = tag.endsWith("/");
        String name = name(isEmpty ? tag.substring(0, tag.length() - 1) : tag);
        if (open.size() == MAX_DEPTH) {
            throw new MalformedException("more than " + MAX_DEPTH + " levels");
        }
        open.push(name);
        text.setLength(0);
        handler.start(name, open.size());
        if (isEmpty) {
            end(name);
        }
    }

    private void endTag(String tag) throws IOException {
        String name = name(tag);
        if (!name.equals(open.peek())) {
            throw new MalformedException("an element is ended that is not open");
        }
        end(name);
    }

    private void end(String name) {
        handler.end(name, open.size(), text.toString());
        open.pop();
        text.setLength(0);
    }

    private static String name(String tag) throws MalformedException {
        int end = 0;
        while (end < tag.length() && !Character.isWhitespace(tag.charAt(end))) {
            end++;
        }
        String name = tag.substring(tag.lastIndexOf(':', end - 1) + 1, end);
        if (name.isEmpty()) {
            throw new MalformedException("a tag without a name");
        }
        return name;
    }

    /** Reads a character or entity reference after its '&amp;'. */
    private int reference() throws IOException {
        StringBuilder name = new StringBuilder();
        for (int c = next(); c != ';'; c = next()) {
            if (c == END || name.length() == MAX_REFERENCE_CHARS) {
                throw new MalformedException("a reference does not end");
            }
            name.append((char) c);
        }
        return switch (name.toString()) {
            case "amp" -> '&';
            case "lt" -> '<';
            case "gt" -> '>';
            case "quot" -> '"';
            case "apos" -> '\'';
            default -> characterReference(name.toString());
        };
    }

    private static int characterReference(String name) throws MalformedException {
        boolean isHex = name.startsWith("#x");
        if (name.startsWith("#")) {
            try {
                int point =
                        isHex
                                ? Integer.parseInt(name.substring(2), HEX)
                                : Integer.parseInt(name.substring(1), DECIMAL);
                if (Character.isValidCodePoint(point)) {
                    return point;
                }
            } catch (NumberFormatException e) {
                // Reported below.
            }
        }
        throw new MalformedException("unknown reference");
    }

    private void append(int point) {
        if (text.length() < MAX_TEXT_CHARS) {
            text.appendCodePoint(point);
        }
    }

    private int next() throws IOException {
        if (position == limit) {
            limit = reader.read(buffer, 0, buffer.length);
            position = 0;
            if (limit <= 0) {
                limit = 0;
                return END;
            }
        }
        return buffer[position++];
    }
}
