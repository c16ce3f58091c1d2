package io.rangestream.testkit.minio;

import java.net.URI;

/** A running MinIO, independent of how it was started. */
interface RunningMinio extends AutoCloseable {
    URI endpoint();

    String accessKeyId();

    String secretAccessKey();

    String region();

    /** Kills the server as {@code kill -9} does. */
    void kill();

    /** Stops the server until {@link #thaw}; its connections stay open. */
    void freeze();

    void thaw();

    @Override
    void close();
}
