package io.rangestream.client;

import io.rangestream.client.internal.wire.Failure;

/**
 * The client uses TLS and the server does not, or the reverse. The client and the server disagree
 * in their configuration, so retries do not help.
 */
public final class TlsMismatchException extends RangeStreamException {
    private final boolean serverUsesTls;

    TlsMismatchException(Failure failure, boolean serverUsesTls) {
        super(failure);
        this.serverUsesTls = serverUsesTls;
    }

    /**
     * Whether the server uses TLS.
     *
     * @return true if the server uses TLS and the client does not; false for the reverse
     */
    public boolean serverUsesTls() {
        return serverUsesTls;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
