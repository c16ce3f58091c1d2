package io.rangestream.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A MinIO as a process of ours on loopback, with a data folder of its own. */
final class MinioProcess implements RunningMinio {
    private static final String ROOT = "minioadmin";
    private static final int ATTEMPTS = 3;

    private final ChildProcess child;
    private final URI endpoint;
    private final Path data;
    private final Thread atExit = new Thread(this::endAndForget, "end-minio");

    private MinioProcess(ChildProcess child, URI endpoint, Path data) {
        this.child = child;
        this.endpoint = endpoint;
        this.data = data;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static MinioProcess start(Path program) {
        for (int attempt = 1; ; attempt++) {
            MinioProcess minio = launch(program);
            try {
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> !minio.child.process().isAlive() || minio.isReady());
            } catch (RuntimeException e) {
                minio.close();
                throw e;
            }
            if (minio.child.process().isAlive()) {
                return minio;
            }
            // A port that was free a moment ago may be taken since.
            minio.close();
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("MinIO does not start: see target/testkit");
            }
        }
    }

    private static MinioProcess launch(Path program) {
        try {
            int port = LoopbackPort.free();
            Path data = Files.createTempDirectory("rangestream-minio-");
            String address = "127.0.0.1:" + port;
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    program.toString(),
                                    "server",
                                    "--quiet",
                                    "--address",
                                    address,
                                    data.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ChildProcess.logFile("minio-" + port).toFile());
            builder.environment().put("MINIO_ROOT_USER", ROOT);
            builder.environment().put("MINIO_ROOT_PASSWORD", ROOT);
            // No web console: it would listen on every address.
            builder.environment().put("MINIO_BROWSER", "off");
            return new MinioProcess(
                    ChildProcess.start(builder), URI.create("http://" + address), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            endpoint.resolve("/minio/health/ready").toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public String accessKeyId() {
        return ROOT;
    }

    @Override
    public String secretAccessKey() {
        return ROOT;
    }

    @Override
    public String region() {
        return "us-east-1";
    }

    @Override
    public void kill() {
        child.kill();
        child.process().onExit().join();
    }

    @Override
    public void freeze() {
        child.signal("STOP");
    }

    @Override
    public void thaw() {
        child.signal("CONT");
    }

    @Override
    public void close() {
        endAndForget();
        child.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is on its way out, and the hook on its.
        }
    }

    private void endAndForget() {
        kill();
        Trees.delete(data);
    }
}
