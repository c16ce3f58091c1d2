package io.rangestream.client;

/** Receives the progress of a download. */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Receives the number of bytes written. It is called at the start, at the end, and whenever
     * there are more bytes and the call before has returned. All calls are made by the thread that
     * called {@link ObjectReader#downloadTo}, before that returns. An exception that it throws ends
     * the download and is rethrown by {@code downloadTo}.
     *
     * @param bytesSoFar the bytes in the file, including those of an earlier download that is
     *     resumed; never decreases
     * @param totalBytes the object's length in bytes
     */
    void onProgress(long bytesSoFar, long totalBytes);
}
