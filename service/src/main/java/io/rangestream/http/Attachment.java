package io.rangestream.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Makes the Content-Disposition of a download (RFC 6266): an ASCII {@code filename} for all clients
 * and the full name in {@code filename*} (RFC 8187). The response writer uses it for the {@code
 * download} parameter, {@link StoredDisposition} for stored names.
 */
public final class Attachment {
    private static final String DEFAULT_NAME = "download";
    private static final int MAX_BYTES = 255;
    private static final String ATTR_CHARS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Attachment() {}

    /** The field value for a file name, which may come from any client. */
    public static String headerValue(String fileName) {
        return "attachment; " + parameters(fileName);
    }

    /** The two parameters of a file name: in ASCII and in full. */
    static String parameters(String fileName) {
        String name = sanitized(fileName);
        return "filename=\"" + ascii(name) + "\"; filename*=UTF-8''" + encoded(name);
    }

    /** The default file name of a key: its last segment. */
    public static String nameOf(String key) {
        int end = key.length();
        while (end > 0 && key.charAt(end - 1) == '/') {
            end--;
        }
        return key.substring(key.lastIndexOf('/', end - 1) + 1, end);
    }

    /** Removes characters that could lead to another folder or end the field line. */
    private static String sanitized(String fileName) {
        StringBuilder name = new StringBuilder(fileName.length());
        fileName.codePoints()
                .filter(point -> point != '/' && point != '\\' && !Character.isISOControl(point))
                // Line and paragraph separators, and characters that change the text direction.
                .filter(point -> point != 0x2028 && point != 0x2029)
                .filter(point -> Character.getType(point) != Character.FORMAT)
                .forEach(name::appendCodePoint);
        String stripped = cut(name.toString().strip());
        boolean onlyDots = stripped.chars().allMatch(c -> c == '.');
        return onlyDots ? DEFAULT_NAME : stripped;
    }

    /** Cuts the name to the limit of common file systems, between two characters. */
    private static String cut(String name) {
        int end = 0;
        int bytes = 0;
        while (end < name.length()) {
            int point = name.codePointAt(end);
            bytes += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                break;
            }
            end += Character.charCount(point);
        }
        return name.substring(0, end);
    }

    /** Quotes would end the parameter, and some clients decode percent signs in it. */
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
