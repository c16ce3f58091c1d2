package io.rangestream.store.s3;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What was learnt of one bucket's store: which optional parts of S3 it does not have. Each is
 * learnt from a response that shows it, is logged once, and holds until the process ends. Safe for
 * many threads.
 */
final class S3Quirks {
    private static final System.Logger LOGGER = System.getLogger(S3Quirks.class.getName());

    private static final long LOG_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_LOGGED_CHARS = 200;

    private final String bucket;
    private final LongAdder leftOut = new LongAdder();
    private final AtomicLong leftOutLoggedAt = new AtomicLong();
    private volatile boolean withoutChecksumMode;
    private volatile boolean withoutIfMatch;
    private volatile boolean headByGet;
    private volatile boolean acceptsGzip;
    private volatile boolean bucketMissing;

    /**
     * Nothing is known yet.
     *
     * @param bucket its name at the store, for the log
     */
    S3Quirks(String bucket) {
        this.bucket = bucket;
    }

    boolean withoutChecksumMode() {
        return withoutChecksumMode;
    }

    boolean withoutIfMatch() {
        return withoutIfMatch;
    }

    boolean headByGet() {
        return headByGet;
    }

    boolean acceptsGzip() {
        return acceptsGzip;
    }

    /** Whether the last probe found that there is no such bucket. */
    boolean bucketMissing() {
        return bucketMissing;
    }

    /** The store refuses x-amz-checksum-mode. */
    void refusesChecksumMode() {
        if (!withoutChecksumMode) {
            withoutChecksumMode = true;
            log("refuses x-amz-checksum-mode; checksums are not asked for any more");
        }
    }

    /** The store refuses If-Match, or does not know its own entity tag in it. */
    void refusesIfMatch() {
        if (!withoutIfMatch) {
            withoutIfMatch = true;
            log("can't evaluate If-Match; each response's entity tag is compared here instead");
        }
    }

    /** HEAD and GET give two entity tags to one version: the one of GET is used. */
    void hasTwoTags() {
        if (!headByGet) {
            headByGet = true;
            log("gives HEAD another entity tag than GET; only GET is used from now on");
        }
    }

    /** Whether the store gives the length of what it sends only if gzip is accepted, or not. */
    void acceptsGzip(boolean accepts) {
        acceptsGzip = accepts;
    }

    /**
     * An entry of a list can't be read.
     *
     * @param key as the store sent it; null: not at all
     */
    void leftOut(@Nullable String key) {
        leftOut.increment();
        long now = System.nanoTime();
        long last = leftOutLoggedAt.get();
        if ((last == 0 || now - last >= LOG_EVERY_NANOS)
                && leftOutLoggedAt.compareAndSet(last, now == 0 ? 1 : now)) {
            LOGGER.log(
                    Level.WARNING,
                    "S3 bucket {0}: {1} entries were left out of lists as they can''t be read or"
                            + " asked for, the last one with the key \"{2}\"",
                    bucket,
                    leftOut.sum(),
                    key == null ? "" : printable(key));
        }
    }

    private static String printable(String key) {
        String cut = key.length() <= MAX_LOGGED_CHARS ? key : key.substring(0, MAX_LOGGED_CHARS);
        return cut.replaceAll("[^ -~]", "?");
    }

    void bucketMissing(boolean missing) {
        bucketMissing = missing;
    }

    private void log(String what) {
        LOGGER.log(Level.INFO, "S3 bucket {0}: the store {1}", bucket, what);
    }
}
