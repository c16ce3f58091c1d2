package io.rangestream.testkit;

import java.net.URI;

/** Somebody else's store: used, never ended. */
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
        throw new UnsupportedOperationException("not ours to end");
    }

    @Override
    public void freeze() {
        throw new UnsupportedOperationException("not ours to freeze");
    }

    @Override
    public void thaw() {
        throw new UnsupportedOperationException("not ours to thaw");
    }

    @Override
    public void close() {
        // It goes on as it was found.
    }
}
