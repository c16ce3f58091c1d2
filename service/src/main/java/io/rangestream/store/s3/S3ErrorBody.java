package io.rangestream.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an error response says, reduced to the few elements that this program reads. It is parsed
 * here, bounded, before the SDK sees it: the SDK's parser builds a tree of whatever is sent, by
 * recursion.
 *
 * @param elements by the name of the element; values are cut at {@link #MAX_VALUE_CHARS}
 */
record S3ErrorBody(Map<String, String> elements) {
    /** S3's own errors have a few hundred bytes. */
    static final int MAX_BYTES = 64 * 1024;

    /** So many pieces of a chunked body, whose extensions cost time and are not counted above. */
    static final int MAX_READS = 256;

    private static final int MAX_VALUE_CHARS = 256;

    S3ErrorBody {
        elements = Map.copyOf(elements);
    }

    /** A body that is none of S3's errors: empty, HTML, JSON, damaged, or too long. */
    static final S3ErrorBody NONE = new S3ErrorBody(Map.of());

    /** Reads as far as the body is XML; {@link #NONE} if it says nothing that this reads. */
    static S3ErrorBody parse(byte[] body) {
        Map<String, String> elements = new TreeMap<>();
        try {
            S3Xml.scan(
                    new ByteArrayInputStream(body),
                    new S3Xml.Handler() {
                        @Override
                        public void start(String name, int depth) {
                            // Only what ends has a value.
                        }

                        @Override
                        public void end(String name, int depth, String text) {
                            if (isRead(name)) {
                                elements.putIfAbsent(name, cut(text.strip()));
                            }
                        }
                    });
        } catch (IOException e) {
            // Not XML, or cut at the limit: what came before that stands.
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

    /** As XML, for the SDK. */
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
