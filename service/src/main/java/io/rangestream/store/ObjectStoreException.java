package io.rangestream.store;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The reason why a store request failed. The code that throws it classifies it, once. The HTTP and
 * gRPC endpoints map each case to a response. The message names bucket and key, and is only for
 * this server's log: no client receives it.
 */
public abstract sealed class ObjectStoreException extends RuntimeException {
    private ObjectStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What does not exist. */
    public enum Missing {
        BUCKET,
        OBJECT,
        /** Also a delete marker, and any version id if the store keeps no versions. */
        VERSION
    }

    /** The bucket, the object, or that version of it does not exist. */
    public static final class NotFound extends ObjectStoreException {
        private final Missing missing;

        public NotFound(Missing missing, Object id) {
            super(id + ": no such " + missing.name().toLowerCase(Locale.ROOT), null);
            this.missing = missing;
        }

        public Missing missing() {
            return missing;
        }
    }

    /** The object is no longer the requested version: it was replaced, truncated or deleted. */
    public static final class Changed extends ObjectStoreException {
        public Changed(Object id, String how) {
            super(id + ": changed: " + how, null);
        }
    }

    /** The store denies this server access to the object or bucket. */
    public static final class AccessDenied extends ObjectStoreException {
        public AccessDenied(Object id, @Nullable Throwable cause) {
            super(id + ": access denied by the store", cause);
        }
    }

    /**
     * The store refuses this server's credentials, account, clock or region, or no credentials
     * could be loaded. It says nothing about the object.
     */
    public static final class CredentialsRefused extends ObjectStoreException {
        private final String code;
        private final String advice;

        /**
         * Creates the exception.
         *
         * @param code the store's error code, from a fixed set, because it becomes a metric label
         * @param advice the action for the operator, as one sentence
         */
        public CredentialsRefused(
                Object id, String code, String advice, @Nullable Throwable cause) {
            super(id + ": the store refuses this server's credentials: " + code, cause);
            this.code = code;
            this.advice = advice;
        }

        public String code() {
            return code;
        }

        public String advice() {
            return advice;
        }
    }

    /** The object exists, but must be restored from an archive before it can be read. */
    public static final class Archived extends ObjectStoreException {
        private final Optional<String> storageClass;
        private final Optional<String> restore;

        /**
         * Creates the exception.
         *
         * @param storageClass the storage class as the store names it, for example {@code GLACIER}
         * @param restore the state of a restore, in the format of S3's {@code x-amz-restore}
         */
        public Archived(
                Object id,
                Optional<String> storageClass,
                Optional<String> restore,
                @Nullable Throwable cause) {
            super(
                    id
                            + ": archived, storage class "
                            + storageClass.orElse("unknown")
                            + restore.map(state -> ", restore " + state).orElse(""),
                    cause);
            this.storageClass = storageClass;
            this.restore = restore;
        }

        public Optional<String> storageClass() {
            return storageClass;
        }

        public Optional<String> restore() {
            return restore;
        }
    }

    /** The store throttles this server. */
    public static final class Throttled extends ObjectStoreException {
        private final Optional<Duration> retryAfter;

        public Throttled(Object id, Optional<Duration> retryAfter, @Nullable Throwable cause) {
            super(id + ": the store asks to slow down", cause);
            this.retryAfter = retryAfter;
        }

        /** The store's Retry-After, if it sent one. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /**
     * The store can't be reached, failed, broke off its response, or sent a response to another
     * request.
     */
    public static final class Unavailable extends ObjectStoreException {
        private final Kind kind;
        private final Optional<Duration> retryAfter;

        private enum Kind {
            FAILED,
            TIMED_OUT,
            REFUSED,
            NOT_SENT
        }

        public Unavailable(Object id, String what, @Nullable Throwable cause) {
            this(id, what, Kind.FAILED, Optional.empty(), cause);
        }

        private Unavailable(
                Object id,
                String what,
                Kind kind,
                Optional<Duration> retryAfter,
                @Nullable Throwable cause) {
            super(id + ": store unavailable: " + what, cause);
            this.kind = kind;
            this.retryAfter = retryAfter;
        }

        /** Creates the exception for a store that did not respond in time. */
        public static Unavailable timedOut(Object id, @Nullable Throwable cause) {
            return new Unavailable(
                    id, "no response in time", Kind.TIMED_OUT, Optional.empty(), cause);
        }

        /** Creates the exception for a store that works and refuses this particular request. */
        public static Unavailable refused(Object id, String what, @Nullable Throwable cause) {
            return new Unavailable(id, what, Kind.REFUSED, Optional.empty(), cause);
        }

        /**
         * Creates the exception for a request that was not sent, because the store failed too
         * often.
         *
         * @param retryAfter the time until the next request may be sent
         */
        public static Unavailable circuitOpen(Object id, Duration retryAfter) {
            return new Unavailable(
                    id,
                    "request not sent: the store failed too often",
                    Kind.NOT_SENT,
                    Optional.of(retryAfter),
                    null);
        }

        /** Whether the store did not respond in time. */
        public boolean isTimeout() {
            return kind == Kind.TIMED_OUT;
        }

        /** Whether the store refused this particular request, and works otherwise. */
        public boolean isRefusal() {
            return kind == Kind.REFUSED;
        }

        /** The time until requests are sent again, if this one was not sent. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }
}
