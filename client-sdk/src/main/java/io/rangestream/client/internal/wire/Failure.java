package io.rangestream.client.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * The properties that all exceptions of the SDK have.
 *
 * @param subject the bucket, object or position that the call was about
 * @param what the failure in words
 * @param reason the server's stable reason; null if the server sent none
 * @param correlationId the id of the call in the server's log; null if the server sent none
 * @param cause the exception that was the cause; null if there is none
 */
public record Failure(
        Subject subject,
        String what,
        @Nullable String reason,
        @Nullable String correlationId,
        @Nullable Throwable cause) {

    /** A failure that the SDK detected. */
    public static Failure found(Subject subject, String what) {
        return new Failure(subject, what, null, null, null);
    }

    /** A failure that the SDK detected by an exception. */
    static Failure found(Subject subject, String what, Throwable cause) {
        return new Failure(subject, what, null, null, cause);
    }

    public String message() {
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
