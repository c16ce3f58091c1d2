package io.rangestream.transport;

/**
 * The syntax of field lines of HTTP/1.x (RFC 9112, section 5; RFC 9110, sections 5.5 and 5.6.2).
 * The parsers of heads and of trailers use it.
 *
 * <p>Part of the workaround {@link Http1RequestReader}.
 */
final class FieldSyntax {
    private static final boolean[] TOKEN = tokenBytes();
    private static final int DEL = 0x7F;

    private FieldSyntax() {}

    private static boolean[] tokenBytes() {
        boolean[] token = new boolean[256];
        for (int b = 0; b < 0x80; b++) {
            token[b] =
                    b >= '0' && b <= '9'
                            || b >= 'a' && b <= 'z'
                            || b >= 'A' && b <= 'Z'
                            || "!#$%&'*+-.^_`|~".indexOf(b) >= 0;
        }
        return token;
    }

    static boolean isToken(byte b) {
        return TOKEN[b & 0xFF];
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** Returns whether a byte is allowed in a value: visible, blank, or beyond ASCII. */
    static boolean isValue(byte b) {
        return b >= ' ' && b != DEL || b < 0 || b == '\t';
    }

    /**
     * Checks a field line.
     *
     * @param from position of the line's first byte
     * @param to position after the line's last byte
     * @return position of the colon after the name
     * @throws RefusedRequestException if the line is malformed
     */
    static int nameEnd(UnreadBytes in, int from, int to) {
        if (isBlank(in.at(from))) {
            throw RefusedRequestException.badRequest(
                    "a field line is folded, or begins with a blank");
        }
        int colon = from;
        while (colon < to && isToken(in.at(colon))) {
            colon++;
        }
        if (colon == to) {
            throw RefusedRequestException.badRequest("a field line has no colon");
        }
        if (in.at(colon) != ':') {
            throw RefusedRequestException.badRequest(
                    "a field name has a byte that is not allowed in a name");
        }
        if (colon == from) {
            throw RefusedRequestException.badRequest("a field name is empty");
        }
        for (int i = colon + 1; i < to; i++) {
            if (!isValue(in.at(i))) {
                throw RefusedRequestException.badRequest("a field value has a control character");
            }
        }
        return colon;
    }
}
