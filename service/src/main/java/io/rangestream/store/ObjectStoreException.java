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
        private final boolean timedOut;

        public Unavailable(Object id, String what, @Nullable Throwable cause) {
            this(id, what, false, cause);
        }

        private Unavailable(Object id, String what, boolean timedOut, @Nullable Throwable cause) {
            super(id + ": store unavailable: " + what, cause);
            this.timedOut = timedOut;
        }

        /** No answer in time. */
        public static Unavailable timedOut(Object id, @Nullable Throwable cause) {
            return new Unavailable(id, "no answer in time", true, cause);
        }

        /** Whether it was time that ran out. */
        public boolean isTimeout() {
            return timedOut;
        }
    }
}
