package io.rangestream.testkit.minio;

import static org.awaitility.Awaitility.await;

import io.rangestream.testkit.ChildProcess;
import io.rangestream.testkit.TestTimeout;
import io.rangestream.testkit.Trees;
import io.rangestream.testkit.process.LoopbackPort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A MinIO as a child process on loopback, with a temporary data folder. */
final class MinioProcess implements RunningMinio {
    private static final String ROOT = "minioadmin";
    private static final int ATTEMPTS = 3;

    private final ChildProcess child;
    private final URI endpoint;
    private final Path data;
    private final Thread atExit = new Thread(this::killAndDelete, "end-minio");

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
                await().atMost(TestTimeout.LONG)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> !minio.child.process().isAlive() || minio.isReady());
            } catch (RuntimeException e) {
                minio.close();
                throw e;
            }
            if (minio.child.process().isAlive()) {
                return minio;
            }
            // The port may have been taken since it was found free.
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
            // No web console, which would listen on every address.
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
        killAndDelete();
        child.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is shutting down and runs the hook itself.
        }
    }

    private void killAndDelete() {
        kill();
        Trees.delete(data);
    }
}
