package io.rangestream.requestlog;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names a request in the answer and in the log, so that one can be found from the other. */
public final class CorrelationId {
    /** The HTTP field, and in lower case the gRPC metadata key, that carries it. */
    public static final String FIELD_NAME = "X-Correlation-Id";

    private CorrelationId() {}

    /** A new one: 64 random bits in hexadecimal. Never a peer's: those could collide or mislead. */
    public static String next() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
