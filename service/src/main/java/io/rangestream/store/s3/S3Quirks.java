package io.rangestream.store.s3;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The optional parts of S3 that one bucket's store does not support. Each is learnt from a
 * response, logged once, and holds until the process ends. Safe for use by many threads.
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
     * Starts without known quirks.
     *
     * @param bucket the bucket's name at the store, for the log
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

    /** Whether the last probe found that the bucket does not exist. */
    boolean bucketMissing() {
        return bucketMissing;
    }

    /** Records that the store refuses x-amz-checksum-mode. */
    void refusesChecksumMode() {
        if (!withoutChecksumMode) {
            withoutChecksumMode = true;
            log("refuses x-amz-checksum-mode; checksums are no longer requested");
        }
    }

    /** Records that the store refuses If-Match, or does not recognise its own entity tag in it. */
    void refusesIfMatch() {
        if (!withoutIfMatch) {
            withoutIfMatch = true;
            log("can't evaluate If-Match; each response's entity tag is compared here instead");
        }
    }

    /**
     * Records that HEAD and GET return different entity tags of one version. The tag of GET is
     * used.
     */
    void hasTwoTags() {
        if (!headByGet) {
            headByGet = true;
            log("answers HEAD with another entity tag than GET; only GET is used from now on");
        }
    }

    /**
     * Sets whether requests accept gzip, because the store sends the length only then, or only
     * otherwise.
     */
    void acceptsGzip(boolean accepts) {
        acceptsGzip = accepts;
    }

    /**
     * Counts and logs an entry of a list that can't be read.
     *
     * @param key the key as the store sent it; null if it sent none
     */
    void leftOut(@Nullable String key) {
        leftOut.increment();
        long now = System.nanoTime();
        long last = leftOutLoggedAt.get();
        if ((last == 0 || now - last >= LOG_EVERY_NANOS)
                && leftOutLoggedAt.compareAndSet(last, now == 0 ? 1 : now)) {
            LOGGER.log(
                    Level.WARNING,
                    "S3 bucket {0}: {1} entries were left out of lists, because they can''t be read"
                            + " or requested; the last one has the key \"{2}\"",
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
