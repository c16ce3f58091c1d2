package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.v1.ChecksumType;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.StatObjectResponse;

import org.junit.jupiter.api.Test;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

final class RangeStreamClientTest {
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(100_000);

    @Test
    void sendsUserAgentBeforeThatOfGrpc() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .userAgent("player/1.2")
                                .build()) {
            client.stat(BUCKET, KEY);
            assertThat(server.userAgents).singleElement().asString().startsWith("player/1.2 grpc");
        }
    }

    @Test
    void statReturnsRequestedVersionAndChecksum() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client = server.client()) {
            ObjectMetadata.Builder metadata = OBJECT.metadata().toBuilder().setVersionId("7");
            metadata.getChecksumBuilder()
                    .setAlgorithm("CRC32C")
                    .setType(ChecksumType.CHECKSUM_TYPE_COMPOSITE)
                    .setValue("AAAA-3");
            server.stat = request -> StatObjectResponse.newBuilder().setMetadata(metadata).build();
            assertThat(client.stat(ObjectRef.of(BUCKET, KEY).withVersion("7")).checksum())
                    .hasValue(StoreChecksum.of("CRC32C", StoreChecksum.Type.COMPOSITE, "AAAA-3"));
            assertThat(client.stat(BUCKET, KEY).versionId()).hasValue("7");
            assertThat(server.stats.get(0).getVersionId()).isEqualTo("7");
            assertThat(server.stats.get(1).hasVersionId()).isFalse();
        }
    }

    @Test
    void rejectsInvalidMetadata() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client = server.client()) {
            for (ObjectMetadata metadata :
                    List.of(
                            OBJECT.metadata().toBuilder().setCompleteLength(-1).build(),
                            OBJECT.metadata().toBuilder().setKey("other").build(),
                            ObjectMetadata.getDefaultInstance())) {
                server.stat =
                        request -> StatObjectResponse.newBuilder().setMetadata(metadata).build();
                assertThatThrownBy(() -> client.open(BUCKET, KEY))
                        .isInstanceOf(DataLossException.class);
            }
        }
    }

    @Test
    void severalThreadsShareOneReader() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client = server.client();
                ObjectReader reader = client.open(BUCKET, KEY)) {
            List<Future<byte[]>> results = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                long position = i * 1500L;
                results.add(
                        threads.submit(
                                () -> {
                                    ByteBuffer buffer = ByteBuffer.allocate(1500);
                                    assertThat(reader.read(position, buffer)).isEqualTo(1500);
                                    return buffer.array();
                                }));
            }
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).isEqualTo(bytes(i * 1500L, 1500));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void acceptsLargePositions() throws IOException {
        long length = (1L << 33) + 5;
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(length));
                RangeStreamClient client = server.client();
                ObjectReader reader = client.open(BUCKET, KEY)) {
            ByteBuffer buffer = ByteBuffer.allocate(2000);
            assertThat(reader.read(length - 1500, buffer)).isEqualTo(1500);
            assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(bytes(length - 1500, 1500)));
            try (InputStream in = reader.stream(ByteRange.of(1L << 32, (1L << 32) + 9))) {
                assertThat(in.readAllBytes()).isEqualTo(bytes(1L << 32, 10));
            }
        }
    }

    @Test
    void acceptsChunksOfTwoMebibytes() throws IOException {
        int chunkBytes = 2 * 1024 * 1024;
        ScriptedObject object = ScriptedObject.ofLength(2L * chunkBytes).inChunksOf(chunkBytes);
        try (ScriptedServer server = new ScriptedServer(object);
                RangeStreamClient client = server.client();
                ObjectReader reader = client.open(BUCKET, KEY);
                InputStream in = reader.stream()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(0, 2 * chunkBytes));
        }
    }

    @Test
    void closedClientThrows() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT)) {
            RangeStreamClient client = server.client();
            ObjectReader reader = client.open(BUCKET, KEY);
            client.close();
            client.close();
            assertThatIOException().isThrownBy(() -> client.stat(BUCKET, KEY));
            assertThatIOException().isThrownBy(reader::stream).withMessage("the client is closed");
        }
    }

    @Test
    void unreachableServerIsUnavailable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (RangeStreamClient client =
                RangeStreamClient.builder("127.0.0.1:" + port).plaintext().retryBudget(0).build()) {
            assertThatThrownBy(() -> client.stat(BUCKET, KEY))
                    .isInstanceOfSatisfying(
                            UnavailableException.class, e -> assertThat(e.isRetryable()).isTrue());
        }
    }

    @Test
    void waitsForTheResponseUntilTheDeadline() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RangeStreamClient client =
                        RangeStreamClient.builder("127.0.0.1:" + silent.getLocalPort())
                                .plaintext()
                                .deadline(Duration.ofMillis(200))
                                .build()) {
            assertThatThrownBy(() -> client.stat(BUCKET, KEY))
                    .isInstanceOf(DeadlineExceededException.class);
        }
    }

    @Test
    void rejectsInvalidSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RangeStreamClient.builder("127.0.0.1:1").deadline(Duration.ZERO))
                .withMessageContaining("PT0S");
        assertThatThrownBy(
                        () ->
                                RangeStreamClient.builder("127.0.0.1:1")
                                        .trustedCertificates(Path.of("no-such-file.pem")))
                .isInstanceOfAny(NoSuchFileException.class, FileNotFoundException.class);
    }
}
