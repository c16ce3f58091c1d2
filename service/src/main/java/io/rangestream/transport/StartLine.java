package io.rangestream.transport;

/**
 * The request line of an HTTP/1.x request (RFC 9112, section 3).
 *
 * <p>Workaround for Helidon 4.5.0: a method that is not a token is answered with 500 (not
 * reported).
 *
 * @param method the method's name if it is registered, else {@link RegisteredMethods#OTHER}
 * @param targetFrom position of the target's first byte
 * @param targetTo position after the target's last byte
 * @param length bytes of the line, without the CRLF
 */
record StartLine(String method, int targetFrom, int targetTo, Version version, int length) {
    private static final String GET = "GET";
    private static final String HEAD = "HEAD";
    private static final String NAME = "HTTP/";
    private static final int MAJOR_AT = NAME.length();
    private static final int MINOR_AT = MAJOR_AT + 2;
    private static final int VERSION_BYTES = MINOR_AT + 1;

    /** The versions that are distinguished; logs and metrics use the label. */
    enum Version {
        HTTP_1_0("HTTP/1.0"),
        HTTP_1_1("HTTP/1.1"),
        /** HTTP/1.2 to HTTP/1.9, which are read as HTTP/1.1 (RFC 9110, section 2.5). */
        LATER_MINOR("HTTP/1.1"),
        UNSUPPORTED("other");

        private final String label;

        Version(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** Parses the line of {@code length} bytes at the beginning of the unread bytes. */
    static StartLine parse(UnreadBytes in, int length) {
        int methodTo = 0;
        while (methodTo < length && FieldSyntax.isToken(in.at(methodTo))) {
            methodTo++;
        }
        int targetFrom = methodTo + 1;
        int targetTo = targetFrom;
        while (targetTo < length && isVisible(in.at(targetTo))) {
            targetTo++;
        }
        if (methodTo == 0
                || targetTo <= targetFrom
                || targetTo == length
                || in.at(methodTo) != ' '
                || in.at(targetTo) != ' ') {
            throw RefusedRequestException.badRequest(
                    "the request line is not a method, a target and a version between single"
                            + " spaces");
        }
        return new StartLine(
                method(in, methodTo),
                targetFrom,
                targetTo,
                version(in, targetTo + 1, length),
                length);
    }

    // Bytes beyond ASCII are allowed here: the route decides about such a target.
    private static boolean isVisible(byte b) {
        return b > ' ' && b != 0x7F || b < 0;
    }

    private static String method(UnreadBytes in, int length) {
        if (length == GET.length() && is(in, 0, GET)) {
            return GET;
        }
        String name = in.text(0, length);
        return RegisteredMethods.contains(name) ? name : RegisteredMethods.OTHER;
    }

    private static boolean is(UnreadBytes in, int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (in.at(from + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static Version version(UnreadBytes in, int from, int to) {
        if (to - from != VERSION_BYTES
                || !is(in, from, NAME)
                || !isDigit(in.at(from + MAJOR_AT))
                || in.at(from + MAJOR_AT + 1) != '.'
                || !isDigit(in.at(from + MINOR_AT))) {
            throw RefusedRequestException.badRequest("the HTTP version is malformed");
        }
        if (in.at(from + MAJOR_AT) != '1') {
            return Version.UNSUPPORTED;
        }
        return switch (in.at(from + MINOR_AT)) {
            case '0' -> Version.HTTP_1_0;
            case '1' -> Version.HTTP_1_1;
            default -> Version.LATER_MINOR;
        };
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Returns whether the method is GET or HEAD; their content is skipped before the response. */
    boolean isGetOrHead() {
        return method.equals(GET) || method.equals(HEAD);
    }
}
