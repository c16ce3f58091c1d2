package io.rangestream.requestlog;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Identifies a request in the response and in the log, so that the two can be correlated. Always
 * generated here: an id that a client sends could collide or mislead.
 */
public final class CorrelationId {
    /** The HTTP field, and in lower case the gRPC metadata key. */
    public static final String FIELD_NAME = "X-Correlation-Id";

    private CorrelationId() {}

    /**
     * A new id: 64 random bits in hexadecimal. An id sent by a client is never used, because it
     * could collide with others or be forged.
     */
    public static String next() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
