package io.rangestream.testkit.minio;

import org.testcontainers.containers.MinIOContainer;

import java.net.URI;

/** A MinIO in a container, which Testcontainers ends with this JVM. */
final class MinioContainer implements RunningMinio {
    /** The last image that the MinIO project has published. */
    private static final String IMAGE = "minio/minio:RELEASE.2025-09-07T16-13-09Z";

    private final MinIOContainer container;

    private MinioContainer(MinIOContainer container) {
        this.container = container;
    }

    // Closed by close(), or by Testcontainers when this JVM ends.
    @SuppressWarnings("resource")
    static MinioContainer start() {
        MinIOContainer container = new MinIOContainer(IMAGE);
        container.start();
        return new MinioContainer(container);
    }

    @Override
    public URI endpoint() {
        return URI.create(container.getS3URL());
    }

    @Override
    public String accessKeyId() {
        return container.getUserName();
    }

    @Override
    public String secretAccessKey() {
        return container.getPassword();
    }

    @Override
    public String region() {
        return "us-east-1";
    }

    @Override
    public void kill() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void freeze() {
        container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void thaw() {
        container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void close() {
        container.stop();
    }
}
