package io.rangestream.client;

import java.util.Objects;

/**
 * How to download. Immutable.
 *
 * @param parts how many parts of the object are read at once, 1 to {@value #MAX_PARTS}
 * @param resume whether what an earlier download left is gone on with, and left where this one
 *     fails
 * @param progress is told how far it is
 */
public record DownloadOptions(int parts, boolean resume, ProgressListener progress) {
    /** The most parts at once: they share one connection. */
    public static final int MAX_PARTS = 64;

    private static final DownloadOptions DEFAULTS =
            new DownloadOptions(4, true, (bytesSoFar, totalBytes) -> {});

    /** Checks the number of parts. */
    public DownloadOptions {
        if (parts < 1 || parts > MAX_PARTS) {
            throw new IllegalArgumentException("parts, 1 to " + MAX_PARTS + ": " + parts);
        }
        Objects.requireNonNull(progress);
    }

    /**
     * Four parts at once, gone on with and left where it fails, and nobody is told.
     *
     * @return always the same
     */
    public static DownloadOptions defaults() {
        return DEFAULTS;
    }

    /**
     * The same with another number of parts at once.
     *
     * @param newParts 1 to {@value #MAX_PARTS}
     * @return a new one
     * @throws IllegalArgumentException where it is not 1 to {@value #MAX_PARTS}
     */
    public DownloadOptions withParts(int newParts) {
        return new DownloadOptions(newParts, resume, progress);
    }

    /**
     * The same, with or without going on with what was left, and leaving it.
     *
     * @param newResume whether to
     * @return a new one
     */
    public DownloadOptions withResume(boolean newResume) {
        return new DownloadOptions(parts, newResume, progress);
    }

    /**
     * The same with another listener.
     *
     * @param newProgress is told instead of the one before
     * @return a new one
     */
    public DownloadOptions withProgress(ProgressListener newProgress) {
        return new DownloadOptions(parts, resume, newProgress);
    }
}
