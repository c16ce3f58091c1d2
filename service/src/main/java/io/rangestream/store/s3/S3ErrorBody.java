package io.rangestream.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The body of an error response, reduced to the elements that are used. It is parsed within limits
 * before the SDK sees it, because the SDK's parser recursively builds a tree of any input.
 *
 * @param elements the text of each element by its name, cut at {@link #MAX_VALUE_CHARS}
 */
record S3ErrorBody(Map<String, String> elements) {
    /** The errors of S3 have a few hundred bytes. */
    static final int MAX_BYTES = 64 * 1024;

    /**
     * The number of reads of a chunked body. Chunk extensions take time and are not counted as
     * bytes.
     */
    static final int MAX_READS = 256;

    private static final int MAX_VALUE_CHARS = 256;

    S3ErrorBody {
        elements = Map.copyOf(elements);
    }

    /** A body that is not an error of S3: empty, HTML, JSON, damaged, or too long. */
    static final S3ErrorBody NONE = new S3ErrorBody(Map.of());

    /**
     * Reads the body up to the first malformed part. Returns {@link #NONE} if no used element was
     * read.
     */
    static S3ErrorBody parse(byte[] body) {
        Map<String, String> elements = new TreeMap<>();
        try {
            S3Xml.scan(
                    new ByteArrayInputStream(body),
                    new S3Xml.Handler() {
                        @Override
                        public void start(String name, int depth) {
                            // Only the end of an element has its text.
                        }

                        @Override
                        public void end(String name, int depth, String text) {
                            if (isRead(name)) {
                                elements.putIfAbsent(name, cut(text.strip()));
                            }
                        }
                    });
        } catch (IOException e) {
            // The body is not XML, or was cut at the limit. The elements before that count.
        }
        return new S3ErrorBody(elements);
    }

    private static boolean isRead(String name) {
        return switch (name) {
            case "Code", "Message", "Region", "Endpoint", "StorageClass", "AccessTier" -> true;
            default -> false;
        };
    }

    private static String cut(String text) {
        return text.length() <= MAX_VALUE_CHARS ? text : text.substring(0, MAX_VALUE_CHARS);
    }

    Optional<String> element(String name) {
        return Optional.ofNullable(elements.get(name)).filter(text -> !text.isEmpty());
    }

    /** The XML for the SDK. */
    byte[] toXml() {
        StringBuilder xml = new StringBuilder("<Error>");
        elements.forEach(
                (name, text) ->
                        xml.append('<')
                                .append(name)
                                .append('>')
                                .append(escape(text))
                                .append("</")
                                .append(name)
                                .append('>'));
        return xml.append("</Error>").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        point -> {
                            switch (point) {
                                case '&' -> escaped.append("&amp;");
                                case '<' -> escaped.append("&lt;");
                                case '>' -> escaped.append("&gt;");
                                default -> {
                                    boolean isText =
                                            point >= ' '
                                                    && point < 0xFFFE
                                                    && !Character.isSurrogate((char) point);
                                    escaped.appendCodePoint(isText || point > 0xFFFF ? point : '?');
                                }
                            }
                        });
        return escaped.toString();
    }
}
