package io.rangestream.testkit.minio;

import java.net.URI;

/** A store that the environment names. Tests use it and never end it. */
record GivenMinio(MinioSource.Given source) implements RunningMinio {
    @Override
    public URI endpoint() {
        return source.endpoint();
    }

    @Override
    public String accessKeyId() {
        return source.accessKeyId();
    }

    @Override
    public String secretAccessKey() {
        return source.secretAccessKey();
    }

    @Override
    public String region() {
        return source.region();
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("a given store must not be ended");
    }

    @Override
    public void freeze() {
        throw new UnsupportedOperationException("a given store must not be frozen");
    }

    @Override
    public void thaw() {
        throw new UnsupportedOperationException("a given store is never frozen");
    }

    @Override
    public void close() {
        // Keeps running.
    }
}
