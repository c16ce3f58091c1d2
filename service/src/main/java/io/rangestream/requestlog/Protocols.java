package io.rangestream.requestlog;

import java.util.Set;

/** The protocols that a request line and a metric label may name. A client can't add to them. */
public final class Protocols {
    public static final String HTTP_1_0 = "HTTP/1.0";
    public static final String HTTP_1_1 = "HTTP/1.1";
    public static final String HTTP_2 = "HTTP/2";
    public static final String GRPC = "gRPC";

    /** Whatever else a client has sent as its version. */
    public static final String OTHER = "other";

    private static final Set<String> KNOWN = Set.of(HTTP_1_0, HTTP_1_1, HTTP_2, GRPC, OTHER);

    private Protocols() {}

    /**
     * The protocol of an HTTP version.
     *
     * @param version as Helidon gives it, with or without {@code HTTP/}: it takes it from the
     *     request line, and any text can stand there
     */
    public static String ofHttpVersion(String version) {
        return switch (version) {
            case "1.1", HTTP_1_1 -> HTTP_1_1;
            case "2.0", "2", "HTTP/2.0", HTTP_2 -> HTTP_2;
            case "1.0", HTTP_1_0 -> HTTP_1_0;
            default -> OTHER;
        };
    }

    /** One of the constants. */
    static String known(String protocol) {
        return KNOWN.contains(protocol) ? protocol : ofHttpVersion(protocol);
    }
}
