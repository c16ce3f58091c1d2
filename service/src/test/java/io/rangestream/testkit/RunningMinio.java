package io.rangestream.testkit;

import java.net.URI;

/** A MinIO that runs, however it was started. */
interface RunningMinio extends AutoCloseable {
    URI endpoint();

    String accessKeyId();

    String secretAccessKey();

    String region();

    /** Ends it as {@code kill -9} does. */
    void kill();

    /** Stops it in its tracks, connections open, until {@link #thaw}. */
    void freeze();

    void thaw();

    @Override
    void close();
}
