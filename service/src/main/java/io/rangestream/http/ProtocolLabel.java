package io.rangestream.http;

/** What logs and metrics call an HTTP version: one of a fixed set, whatever a client sends. */
final class ProtocolLabel {
    private static final String OTHER = "other";

    private ProtocolLabel() {}

    /** The label of a version as Helidon has it: with or without {@code HTTP/}, 2 or 2.0. */
    static String of(String version) {
        String number = version.startsWith("HTTP/") ? version.substring(5) : version;
        return switch (number) {
            case "1.0" -> "HTTP/1.0";
            case "1.1" -> "HTTP/1.1";
            case "2", "2.0" -> "HTTP/2";
            default -> OTHER;
        };
    }
}
