package io.rangestream.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.S3Config;
import io.rangestream.testkit.minio.MinioServer;
import io.rangestream.testkit.minio.RequiresMinio;
import io.rangestream.testkit.minio.TestBucket;
import io.rangestream.testkit.process.RangestreamProcess;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * {@code kill -9} of a real store in the middle of a body: the response is cut and never ends
 * cleanly.
 */
@RequiresMinio
final class StoreKilledIT {
    private static final int OBJECT_BYTES = 64 * 1024 * 1024;

    @TempDir private Path folder;

    @Test
    void killedStoreCutsTheResponse() throws IOException {
        // Killing the server closes it and removes its bucket.
        MinioServer minio = MinioServer.startOwn();
        try (minio) {
            TestBucket bucket = minio.createBucket();
            bucket.put("large", new byte[OBJECT_BYTES]);
            Path config = S3Config.write(folder, "films", bucket.storeConfig());
            try (RangestreamProcess server =
                    RangestreamProcess.start("--config", config.toString())) {
                long received = readWhileTheStoreIsKilled(server, minio);
                assertThat(received).isPositive().isLessThan(OBJECT_BYTES);
                Awaitility.await("the cut in the log")
                        .until(() -> server.output().contains("\"outcome\":\"cut\""));
                assertThat(server.output())
                        .contains("\"error\":\"store-unavailable\"")
                        .doesNotContain("\tat ");
            }
        }
    }

    /** The number of body bytes received before the connection was closed. */
    private static long readWhileTheStoreIsKilled(RangestreamProcess server, MinioServer minio)
            throws IOException {
        URI uri = server.uri();
        try (Socket socket = new Socket()) {
            // Small, so that most of the object is still at the store when it dies.
            socket.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
            socket.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
            socket.getOutputStream()
                    .write(
                            "GET /objects/films/large HTTP/1.1\r\nHost: test\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String head = readHead(in);
            assertThat(head)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Content-Length: " + OBJECT_BYTES);
            in.readNBytes(1024 * 1024);
            minio.kill();
            return 1024 * 1024 + drain(in);
        }
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    private static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long received = 0;
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                received += n;
            }
        } catch (java.net.SocketException e) {
            // A reset cuts the response as well as an early close.
        }
        return received;
    }
}
