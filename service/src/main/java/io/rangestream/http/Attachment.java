package io.rangestream.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Content-Disposition for who wants to keep an object (RFC 6266): a name in ASCII for all, and the
 * whole name for those who read {@code filename*} (RFC 8187).
 */
final class Attachment {
    private static final String NAMELESS = "download";
    private static final int MOST_BYTES = 255;
    private static final String ATTR_CHARS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Attachment() {}

    /** The field's value for a name that anybody may have chosen. */
    static String named(String wanted) {
        return "attachment; " + parameters(wanted);
    }

    /** The parameters that carry a name, in ASCII and whole. */
    static String parameters(String wanted) {
        String name = safe(wanted);
        return "filename=\"" + ascii(name) + "\"; filename*=UTF-8''" + encoded(name);
    }

    /** What a key suggests: its last segment. */
    static String nameOf(String key) {
        int end = key.length();
        while (end > 0 && key.charAt(end - 1) == '/') {
            end--;
        }
        return key.substring(key.lastIndexOf('/', end - 1) + 1, end);
    }

    /** Without what could lead to another folder, or end the line. */
    private static String safe(String wanted) {
        StringBuilder name = new StringBuilder(wanted.length());
        wanted.codePoints()
                .filter(point -> point != '/' && point != '\\' && !Character.isISOControl(point))
                // Line and paragraph separators, and what turns the direction of what follows.
                .filter(point -> point != 0x2028 && point != 0x2029)
                .filter(point -> Character.getType(point) != Character.FORMAT)
                .forEach(name::appendCodePoint);
        String stripped = cut(name.toString().strip());
        boolean onlyDots = stripped.chars().allMatch(c -> c == '.');
        return onlyDots ? NAMELESS : stripped;
    }

    /** No longer than file systems take, and at a whole character. */
    private static String cut(String name) {
        int end = 0;
        int bytes = 0;
        while (end < name.length()) {
            int point = name.codePointAt(end);
            bytes += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MOST_BYTES) {
                break;
            }
            end += Character.charCount(point);
        }
        return name.substring(0, end);
    }

    /** Quotes would end it, and some decode percent signs where they should not. */
    private static String ascii(String name) {
        StringBuilder ascii = new StringBuilder(name.length());
        name.codePoints()
                .map(point -> point > 0x7E || point == '"' || point == '%' ? '_' : point)
                .forEach(ascii::appendCodePoint);
        return ascii.toString();
    }

    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder(name.length());
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && ATTR_CHARS.indexOf(octet) >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return encoded.toString();
    }
}
