package io.rangestream.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Base64;

/**
 * The rules of RFC 9113, section 8.2, and of gRPC for names and values of fields over HTTP/2. Used
 * to validate header sections and to recognize gRPC calls.
 *
 * <p>Part of the workarounds {@link HeaderFilter} and {@code StreamSelector}.
 */
final class FieldRules {
    private static final String SEPARATORS = "\"(),/:;<=>?@[\\]{}";
    private static final byte SPACE = ' ';
    private static final byte TAB = '\t';
    private static final byte DELETE = 0x7F;
    private static final boolean[] NAME = new boolean[128];
    private static final boolean[] GRPC_NAME = new boolean[128];
    private static final byte[] BINARY_SUFFIX = "-bin".getBytes(US_ASCII);
    private static final byte[] GRPC = "application/grpc".getBytes(US_ASCII);

    static {
        for (char c = SPACE + 1; c < DELETE; c++) {
            NAME[c] = SEPARATORS.indexOf(c) < 0 && !isCapital(c);
            GRPC_NAME[c] =
                    c >= 'a' && c <= 'z'
                            || c >= '0' && c <= '9'
                            || c == '-'
                            || c == '_'
                            || c == '.';
        }
    }

    private FieldRules() {}

    /** Returns whether a name is a token without capitals; a pseudo-header field's name is not. */
    static boolean isName(byte[] name) {
        return consistsOf(NAME, name);
    }

    /** Returns whether a method is a token. */
    static boolean isToken(byte[] method) {
        for (byte b : method) {
            if (b < 0 || !NAME[b] && !isCapital(b)) {
                return false;
            }
        }
        return method.length > 0;
    }

    /** Returns whether a method has no lower-case letter; no registered method has one. */
    static boolean isUpperCase(byte[] method) {
        for (byte b : method) {
            if (b >= 'a' && b <= 'z') {
                return false;
            }
        }
        return true;
    }

    private static boolean isCapital(int c) {
        return c >= 'A' && c <= 'Z';
    }

    /** Returns whether a name is allowed in gRPC metadata. */
    static boolean isMetadataName(byte[] name) {
        return consistsOf(GRPC_NAME, name);
    }

    private static boolean consistsOf(boolean[] allowed, byte[] name) {
        for (byte b : name) {
            if (b < 0 || !allowed[b]) {
                return false;
            }
        }
        return name.length > 0;
    }

    /** Returns whether a value has no control character and no white space at its ends. */
    static boolean isValue(byte[] value) {
        for (byte b : value) {
            if (b >= 0 && b < SPACE && b != TAB || b == DELETE) {
                return false;
            }
        }
        return value.length == 0
                || !isWhiteSpace(value[0]) && !isWhiteSpace(value[value.length - 1]);
    }

    private static boolean isWhiteSpace(byte b) {
        return b == SPACE || b == TAB;
    }

    /** Returns whether the name belongs to a binary field of gRPC, with a value in base64. */
    static boolean isBinary(byte[] name) {
        return startsWith(name, name.length - BINARY_SUFFIX.length, BINARY_SUFFIX);
    }

    /** Returns whether a value is base64, with or without padding. */
    static boolean isBase64(byte[] value) {
        try {
            Base64.getDecoder().decode(value);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns whether a media type is gRPC's; gRPC-Web's, which have the same prefix, are not. */
    static boolean isGrpc(byte[] mediaType) {
        if (!startsWith(mediaType, 0, GRPC)) {
            return false;
        }
        if (mediaType.length == GRPC.length) {
            return true;
        }
        byte next = mediaType[GRPC.length];
        return next == '+' || next == ';' || isWhiteSpace(next);
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] prefix) {
        return from >= 0
                && bytes.length - from >= prefix.length
                && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
