package io.rangestream.requestlog;

import java.util.Set;

/**
 * The protocol names in request lines and metric labels. A fixed set, so that a client cannot
 * create metric labels.
 */
public final class Protocols {
    public static final String HTTP_1_0 = "HTTP/1.0";
    public static final String HTTP_1_1 = "HTTP/1.1";
    public static final String HTTP_2 = "HTTP/2";
    public static final String GRPC = "gRPC";

    /** Any other version that a client sends. */
    public static final String OTHER = "other";

    private static final Set<String> KNOWN = Set.of(HTTP_1_0, HTTP_1_1, HTTP_2, GRPC, OTHER);

    private Protocols() {}

    /**
     * The protocol for an HTTP version.
     *
     * @param version the version from Helidon, with or without {@code HTTP/}. It may be any text,
     *     because Helidon copies it from the request line
     */
    public static String ofHttpVersion(String version) {
        return switch (version) {
            case "1.1", HTTP_1_1 -> HTTP_1_1;
            case "2.0", "2", "HTTP/2.0", HTTP_2 -> HTTP_2;
            case "1.0", HTTP_1_0 -> HTTP_1_0;
            default -> OTHER;
        };
    }

    /** The protocol itself if it is one of the constants, else as for an HTTP version. */
    static String known(String protocol) {
        return KNOWN.contains(protocol) ? protocol : ofHttpVersion(protocol);
    }
}
