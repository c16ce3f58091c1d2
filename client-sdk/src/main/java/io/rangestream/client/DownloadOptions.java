package io.rangestream.client;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Options of one download. Immutable. */
public final class DownloadOptions {
    /** The maximum number of concurrent parts; they share one connection. */
    public static final int MAX_PARTS = 64;

    private static final int DEFAULT_PARTS = 4;
    private static final ProgressListener NO_LISTENER = (bytesSoFar, totalBytes) -> {};
    private static final DownloadOptions DEFAULTS =
            new DownloadOptions(DEFAULT_PARTS, true, NO_LISTENER);

    private final int parts;
    private final boolean resume;
    private final ProgressListener progress;

    private DownloadOptions(int parts, boolean resume, ProgressListener progress) {
        this.parts = parts;
        this.resume = resume;
        this.progress = progress;
    }

    /**
     * The default options: four concurrent parts, resumable, no progress listener.
     *
     * @return always the same instance
     */
    public static DownloadOptions defaults() {
        return DEFAULTS;
    }

    /**
     * The same options with another number of concurrent parts.
     *
     * @param newParts the number of parts, 1 to {@value #MAX_PARTS}
     * @return new options
     * @throws IllegalArgumentException if it is not 1 to {@value #MAX_PARTS}
     */
    public DownloadOptions withParts(int newParts) {
        if (newParts < 1 || newParts > MAX_PARTS) {
            throw new IllegalArgumentException("parts, 1 to " + MAX_PARTS + ": " + newParts);
        }
        return new DownloadOptions(newParts, resume, progress);
    }

    /**
     * The same options with resuming on or off.
     *
     * @param newResume true if the download resumes an earlier one and leaves its complete parts
     *     behind when it fails
     * @return new options
     */
    public DownloadOptions withResume(boolean newResume) {
        return new DownloadOptions(parts, newResume, progress);
    }

    /**
     * The same options with another progress listener.
     *
     * @param newProgress the listener, which replaces the one before
     * @return new options
     */
    public DownloadOptions withProgress(ProgressListener newProgress) {
        return new DownloadOptions(parts, resume, Objects.requireNonNull(newProgress));
    }

    /**
     * The number of parts that are read concurrently.
     *
     * @return 1 to {@value #MAX_PARTS}
     */
    public int parts() {
        return parts;
    }

    /**
     * Whether the download resumes an earlier one, and leaves its complete parts behind when it
     * fails.
     *
     * @return true by default
     */
    public boolean resume() {
        return resume;
    }

    /**
     * The progress listener.
     *
     * @return by default a listener that does nothing
     */
    public ProgressListener progress() {
        return progress;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DownloadOptions that
                && parts == that.parts
                && resume == that.resume
                && progress.equals(that.progress);
    }

    @Override
    public int hashCode() {
        return Objects.hash(parts, resume, progress);
    }

    @Override
    public String toString() {
        return "DownloadOptions[parts=" + parts + ", resume=" + resume + ']';
    }
}
