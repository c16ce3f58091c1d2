package io.rangestream.app.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Thousands of paused viewers, each at another position, of a server with a small heap: memory
 * stays bounded and the next reader is served.
 */
@Timeout(600)
final class PausedViewersIT {
    private static final int VIEWERS = 10_000;

    /**
     * Fewer over gRPC, because each call costs more: Helidon's buffer of 16 KiB and a waiting
     * thread.
     */
    private static final int CALLS = 1_000;

    private static final long GIB = 1024L * 1024 * 1024;
    private static final long LENGTH = 5 * GIB;
    private static final int RECEIVE_BUFFER_BYTES = 4096;
    private static final int WINDOW = 8 * 1024 * 1024;
    private static final long WINDOW_AT = LENGTH - 2L * WINDOW;
    private static final Pattern PAUSED =
            Pattern.compile("^rangestream_paused_reads\\S* ([0-9.E]+)$", Pattern.MULTILINE);

    private static RangestreamProcess start(Path folder) throws Exception {
        makeSparse(Files.createDirectory(folder.resolve("films")).resolve("film"));
        Path config = folder.resolve("config.yaml");
        Files.writeString(
                config,
                """
                cache: { memory: 128 MiB }
                log: { requests: false }
                buckets: { films: { directory: "%s", cache: true } }
                """
                        .formatted(folder.resolve("films")));
        return RangestreamProcess.start(List.of("-Xmx512m"), "--config", config.toString());
    }

    @Test
    void pausedHttpViewersLeaveMemoryBoundedAndNextReaderServed(@TempDir Path folder)
            throws Exception {
        List<SocketChannel> viewers = new ArrayList<>();
        try (RangestreamProcess server = start(folder)) {
            int port = server.uri().getPort();
            for (int i = 0; i < VIEWERS; i++) {
                viewers.add(pausedAt(port, LENGTH / VIEWERS * i));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> paused(server.uri()) >= VIEWERS);
            try (Http1Wire next = Http1Wire.connect(port)) {
                WireResponse answer =
                        next.ask(
                                "GET",
                                "/objects/films/film",
                                "Range: bytes=" + WINDOW_AT + "-" + (WINDOW_AT + WINDOW - 1));
                assertThat(answer.status()).isEqualTo(206);
                byte[] body = answer.body();
                assertThat(body).hasSize(WINDOW);
                assertThat(PatternBytes.firstDifference(body, WINDOW, WINDOW_AT)).isEqualTo(-1);
            }
            assertMemoryIsBoundedAndNoErrorsLogged(server);
        } finally {
            for (SocketChannel viewer : viewers) {
                viewer.close();
            }
        }
    }

    @Test
    void pausedGrpcViewersLeaveMemoryBoundedAndNextReaderServed(@TempDir Path folder)
            throws Exception {
        // One connection for each, because readers on one connection share its window.
        List<ManagedChannel> channels = new ArrayList<>();
        try (RangestreamProcess server = start(folder)) {
            int port = server.uri().getPort();
            for (int i = 0; i < CALLS; i++) {
                channels.add(
                        NettyChannelBuilder.forAddress("127.0.0.1", port)
                                .usePlaintext()
                                .flowControlWindow(64 * 1024)
                                .build());
                pausedCallAt(channels.getLast(), LENGTH / CALLS * i);
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> paused(server.uri()) >= CALLS);
            try (GrpcClient next = GrpcClient.connect(port)) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                next.blocking()
                        .readRange(from(WINDOW_AT, OptionalLong.of(WINDOW_AT + WINDOW - 1)))
                        .forEachRemaining(
                                part -> body.writeBytes(part.getChunk().getData().toByteArray()));
                assertThat(body.size()).isEqualTo(WINDOW);
                assertThat(PatternBytes.firstDifference(body.toByteArray(), WINDOW, WINDOW_AT))
                        .isEqualTo(-1);
            }
            assertMemoryIsBoundedAndNoErrorsLogged(server);
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    private static void assertMemoryIsBoundedAndNoErrorsLogged(RangestreamProcess server) {
        assertThat(server.residentBytes()).isLessThan(GIB);
        assertThat(server.complained()).doesNotContain("OutOfMemoryError", "Exception");
    }

    private static ReadRangeRequest from(long firstPos, OptionalLong lastPos) {
        IntRange.Builder range = IntRange.newBuilder().setFirstPos(firstPos);
        lastPos.ifPresent(range::setLastPos);
        return ReadRangeRequest.newBuilder()
                .setBucket("films")
                .setKey("film")
                .setIntRange(range)
                .build();
    }

    /** Begins a read, receives its header, and requests no more. */
    private static void pausedCallAt(ManagedChannel channel, long position) {
        CompletableFuture<Boolean> hasHeader = new CompletableFuture<>();
        ClientCall<ReadRangeRequest, ReadRangeResponse> call =
                channel.newCall(RangeStreamServiceGrpc.getReadRangeMethod(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(ReadRangeResponse part) {
                        hasHeader.complete(part.hasHeader());
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        hasHeader.completeExceptionally(status.asException());
                    }
                },
                new Metadata());
        call.sendMessage(from(position, OptionalLong.empty()));
        call.halfClose();
        call.request(1);
        assertThat(hasHeader.join()).isTrue();
    }

    private static void makeSparse(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(LENGTH);
            file.seek(WINDOW_AT);
            file.write(PatternBytes.of(WINDOW_AT, WINDOW));
        }
    }

    /**
     * Requests the object from a position, reads the beginning of the response, and then stops
     * reading.
     */
    private static SocketChannel pausedAt(int port, long position) throws IOException {
        SocketChannel viewer = SocketChannel.open();
        viewer.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        viewer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String request =
                "GET /objects/films/film HTTP/1.1\r\nHost: films\r\nRange: bytes="
                        + position
                        + "-\r\n\r\n";
        viewer.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer beginning = ByteBuffer.allocate(64);
        while (beginning.hasRemaining() && viewer.read(beginning) >= 0) {
            // The first 64 bytes may arrive in several reads.
        }
        assertThat(new String(beginning.array(), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 206");
        return viewer;
    }

    private static double paused(URI server) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String metrics =
                    client.send(
                                    HttpRequest.newBuilder(server.resolve("/observe/metrics"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body();
            Matcher paused = PAUSED.matcher(metrics);
            return paused.find() ? Double.parseDouble(paused.group(1)) : -1;
        }
    }
}
