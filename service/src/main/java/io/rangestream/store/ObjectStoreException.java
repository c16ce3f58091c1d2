package io.rangestream.store;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a store did not give what it was asked for. Classified once, where it is thrown; each face
 * maps each case once. The message is for our log: it names bucket and key, and no peer sees it.
 */
public abstract sealed class ObjectStoreException extends RuntimeException {
    private ObjectStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What is not there. */
    public enum Missing {
        BUCKET,
        OBJECT,
        /** Also a delete marker, and any version where the store keeps none. */
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

    /** The object is no longer the version that was asked for: replaced, shrunk or deleted. */
    public static final class Changed extends ObjectStoreException {
        public Changed(Object id, String how) {
            super(id + ": changed: " + how, null);
        }
    }

    /** The store does not let us read this. */
    public static final class AccessDenied extends ObjectStoreException {
        public AccessDenied(Object id, @Nullable Throwable cause) {
            super(id + ": access denied by the store", cause);
        }
    }

    /**
     * The store refuses this server's own credentials, account, clock or region, or there are no
     * credentials to send. It says nothing about the object.
     */
    public static final class CredentialsRefused extends ObjectStoreException {
        private final String code;
        private final String advice;

        /**
         * A refusal.
         *
         * @param code the store's error code, out of a fixed set: it becomes a metric's label
         * @param advice what to do about it, one sentence for the operator
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

    /** The object exists, and must be restored from an archive before it can be read. */
    public static final class Archived extends ObjectStoreException {
        private final Optional<String> storageClass;
        private final Optional<String> restore;

        /**
         * An archived object.
         *
         * @param storageClass as the store names it, for example {@code GLACIER}
         * @param restore the state of a restore, in the form of S3's {@code x-amz-restore}
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

    /** The store asks for fewer requests. */
    public static final class Throttled extends ObjectStoreException {
        private final Optional<Duration> retryAfter;

        public Throttled(Object id, Optional<Duration> retryAfter, @Nullable Throwable cause) {
            super(id + ": the store asks to slow down", cause);
            this.retryAfter = retryAfter;
        }

        /** How long to wait, where the store said so. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /** The store can't be reached, failed, broke off, or answered something else than asked. */
    public static final class Unavailable extends ObjectStoreException {
        private final Kind kind;
        private final Optional<Duration> retryAfter;

        private enum Kind {
            FAILED,
            TIMED_OUT,
            REFUSED,
            NOT_ASKED
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

        /** No answer in time. */
        public static Unavailable timedOut(Object id, @Nullable Throwable cause) {
            return new Unavailable(
                    id, "no answer in time", Kind.TIMED_OUT, Optional.empty(), cause);
        }

        /** The store is there, and says that something is wrong with this very request. */
        public static Unavailable refused(Object id, String what, @Nullable Throwable cause) {
            return new Unavailable(id, what, Kind.REFUSED, Optional.empty(), cause);
        }

        /** The store was not even asked: it has failed too often of late. */
        public static Unavailable circuitOpen(Object id, Duration retryAfter) {
            return new Unavailable(
                    id,
                    "not asked, as it has failed too often",
                    Kind.NOT_ASKED,
                    Optional.of(retryAfter),
                    null);
        }

        /** Whether it was time that ran out. */
        public boolean isTimeout() {
            return kind == Kind.TIMED_OUT;
        }

        /** Whether the trouble is with what was asked for, and not with the store. */
        public boolean isRefusal() {
            return kind == Kind.REFUSED;
        }

        /** When it will be asked again, where it was not. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }
}
