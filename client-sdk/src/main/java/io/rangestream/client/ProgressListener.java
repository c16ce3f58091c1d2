package io.rangestream.client;

/** Is told how far a download is. */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Bytes were written. Called at the beginning, at the end, and in between as often as it
     * returns, always on the thread that called {@link ObjectReader#downloadTo}, and never after
     * that has returned. What it throws ends the download, and is thrown there.
     *
     * @param bytesSoFar in the file, with those of an earlier try; never less than before
     * @param totalBytes of the object
     */
    void onProgress(long bytesSoFar, long totalBytes);
}
