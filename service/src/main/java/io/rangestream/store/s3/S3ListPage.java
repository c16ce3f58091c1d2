package io.rangestream.store.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A page of ListObjectsV2 as the store sent it. It is read leniently: an element that is missing or
 * malformed affects one entry, and does not fail the page. Limited in bytes, entries and the length
 * of each text. Used by one thread.
 *
 * @param objects the elements of each Contents
 * @param prefixes the Prefix of each CommonPrefixes
 * @param elements the page's other elements
 */
record S3ListPage(
        List<Map<String, String>> objects, List<String> prefixes, Map<String, String> elements) {
    /** Enough for a thousand percent-encoded keys of 1,024 bytes with their other elements. */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    /** S3's limit. */
    static final int MAX_ENTRIES = 1000;

    private static final String ROOT = "ListBucketResult";
    private static final int ROOT_DEPTH = 1;
    private static final int PART_DEPTH = 2;
    private static final int LEAF_DEPTH = 3;
    private static final int MAX_ELEMENTS = 32;

    /**
     * Reads a page.
     *
     * @throws IOException if the body is not such a page, or exceeds a limit
     */
    static S3ListPage read(InputStream in) throws IOException {
        Collector collector = new Collector();
        S3Xml.scan(in, collector);
        if (!collector.isList) {
            throw new S3Xml.MalformedException("not a " + ROOT);
        }
        if (collector.hasTooMany) {
            throw new S3Xml.MalformedException("more than " + MAX_ENTRIES + " entries");
        }
        return new S3ListPage(collector.objects, collector.prefixes, collector.elements);
    }

    private static final class Collector implements S3Xml.Handler {
        private final List<Map<String, String>> objects = new ArrayList<>();
        private final List<String> prefixes = new ArrayList<>();
        private final Map<String, String> elements = new HashMap<>();
        private Map<String, String> part = new HashMap<>();
        private boolean isList;
        private boolean hasTooMany;

        @Override
        public void start(String name, int depth) {
            if (depth == ROOT_DEPTH) {
                isList = name.equals(ROOT);
            } else if (depth == PART_DEPTH) {
                part = new HashMap<>();
            }
        }

        @Override
        public void end(String name, int depth, String text) {
            if (depth == LEAF_DEPTH && part.size() < MAX_ELEMENTS) {
                part.putIfAbsent(name, text);
            }
            if (depth == PART_DEPTH) {
                endPart(name, text);
            }
        }

        private void endPart(String name, String text) {
            hasTooMany |= objects.size() + prefixes.size() > MAX_ENTRIES;
            if (hasTooMany) {
                return;
            }
            switch (name) {
                case "Contents" -> objects.add(part);
                case "CommonPrefixes" -> prefixes.add(part.getOrDefault("Prefix", ""));
                default -> {
                    if (elements.size() < MAX_ELEMENTS) {
                        elements.putIfAbsent(name, text);
                    }
                }
            }
        }
    }

    Optional<String> element(String name) {
        return Optional.ofNullable(elements.get(name)).filter(text -> !text.isEmpty());
    }

    /**
     * The decoding of this page's keys and prefixes. Some stores say that they percent-encode and
     * do not. A page is not decoded if it has a text that can't be the result of encoding, and no
     * text that must be.
     */
    Function<String, String> decoding() {
        if (!element("EncodingType").filter("url"::equals).isPresent()) {
            return Function.identity();
        }
        List<String> texts = new ArrayList<>(prefixes);
        objects.forEach(object -> texts.add(object.getOrDefault("Key", "")));
        boolean isRaw =
                texts.stream().anyMatch(text -> !isEncoded(text))
                        && texts.stream().noneMatch(text -> isEncoded(text) && text.contains("%"));
        return isRaw ? Function.identity() : S3ListPage::decode;
    }

    private static String decode(String text) {
        return isEncoded(text) ? URLDecoder.decode(text, StandardCharsets.UTF_8) : text;
    }

    /**
     * Whether a text can be percent-encoded: ASCII without spaces, each % before two hex digits.
     */
    private static boolean isEncoded(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~') {
                return false;
            }
            if (c == '%'
                    && (i + 2 >= text.length()
                            || Character.digit(text.charAt(i + 1), 16) < 0
                            || Character.digit(text.charAt(i + 2), 16) < 0)) {
                return false;
            }
        }
        return true;
    }
}
