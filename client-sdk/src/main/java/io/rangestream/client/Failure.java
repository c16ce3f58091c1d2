package io.rangestream.client;

import org.jspecify.annotations.Nullable;

/**
 * What all exceptions of the SDK have in common.
 *
 * @param what went wrong, in words
 * @param reason the server's stable reason; null where the server gave none
 * @param correlationId that is in the server's log too; null where the server gave none
 */
record Failure(
        Subject subject,
        String what,
        @Nullable String reason,
        @Nullable String correlationId,
        @Nullable Throwable cause) {

    /** One that the SDK itself found. */
    static Failure found(Subject subject, String what) {
        return new Failure(subject, what, null, null, null);
    }

    /** One that the SDK itself found, by an exception. */
    static Failure found(Subject subject, String what, Throwable cause) {
        return new Failure(subject, what, null, null, cause);
    }

    String message() {
        StringBuilder text = new StringBuilder().append(subject).append(": ").append(what);
        if (reason != null) {
            text.append(" [").append(reason).append(']');
        }
        if (correlationId != null) {
            text.append(" (correlation id ").append(correlationId).append(')');
        }
        return text.toString();
    }
}
