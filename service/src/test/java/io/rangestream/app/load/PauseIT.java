package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.PAUSED_BYTES;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.contract.HttpEndpointClients;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Readers that pause for longer than Helidon's default timeout and then resume: each gets every
 * byte. The tests run concurrently, so that the readers pause at the same time.
 */
@ServerTest
@Execution(ExecutionMode.CONCURRENT)
final class PauseIT {
    /**
     * By default Helidon cuts a paused HTTP/2 stream after 15 s. The long form of the build pauses
     * for two minutes.
     */
    private static final Duration PAUSE =
            Duration.ofSeconds(Long.getLong("rangestream.pause-seconds", 20));

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String HTTP_1 = "over HTTP/1.1";
    private static final String HTTP_2 = "over HTTP/2";
    private static final String GRPC = "over gRPC";
    private static final long LENGTH = PAUSED_BYTES;
    private static final ServedEndpoints SERVED =
            new ServedEndpoints(Map.of(HTTP_1, LENGTH, HTTP_2, LENGTH, GRPC, LENGTH));

    private final int port;

    PauseIT(WebServer server) {
        this.port = server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    /** Waits until the server can write no more, and then for the length of the pause. */
    private static void pause(String key) {
        await().atMost(TIMEOUT).until(() -> SERVED.large.isIdle(key));
        await().during(PAUSE)
                .atMost(PAUSE.plus(TIMEOUT))
                .until(() -> SERVED.large.isIdle(key) && SERVED.lineOf(key).isEmpty());
    }

    private static String target(String key) {
        return "/objects/large/" + HttpEndpointClients.encode(key);
    }

    @Test
    @Covers("client-pauses")
    void http1ReaderResumesAfterAPause() throws IOException {
        try (Http1Wire wire = Http1Wire.connectWithSmallBuffer(port)) {
            wire.send("GET", target(HTTP_1));
            pause(HTTP_1);
            WireResponse answer = wire.readAnswer("GET");
            assertThat(answer.complete()).isTrue();
            assertIsWholeObject(answer.body());
        }
    }

    @Test
    @Covers("client-pauses")
    void http2ReaderResumesAfterAPause() throws IOException {
        int window = 256 * 1024;
        try (Http2Wire wire = Http2Wire.connect(port, window)) {
            int streamId = wire.send("GET", target(HTTP_2));
            pause(HTTP_2);
            WireResponse answer = wire.readAnswer(streamId);
            assertThat(answer.complete()).isTrue();
            assertIsWholeObject(answer.body());
        }
    }

    private static void assertIsWholeObject(byte[] body) {
        assertThat(body).hasSize(PAUSED_BYTES);
        assertThat(PatternBytes.firstDifference(body, body.length, 0)).isEqualTo(-1);
    }

    @Test
    void grpcReaderResumesAfterAPause() {
        try (GrpcClient client = GrpcClient.connect(port)) {
            ClientCall<ReadRangeRequest, ReadRangeResponse> call =
                    client.channel()
                            .newCall(
                                    RangeStreamServiceGrpc.getReadRangeMethod(),
                                    CallOptions.DEFAULT);
            Checking checking = new Checking(call);
            call.start(checking, new Metadata());
            call.sendMessage(ReadRangeRequest.newBuilder().setBucket(LARGE).setKey(GRPC).build());
            call.halfClose();
            pause(GRPC);
            call.request(1);
            await().atMost(TIMEOUT).until(checking.ended::isDone);
            assertThat(checking.ended.join().getCode()).isEqualTo(Status.Code.OK);
            assertThat(checking.received).hasValue(LENGTH);
        }
    }

    /** Checks each chunk, and requests the next message. */
    private static final class Checking extends ClientCall.Listener<ReadRangeResponse> {
        final AtomicLong received = new AtomicLong();
        final CompletableFuture<Status> ended = new CompletableFuture<>();
        private final ClientCall<ReadRangeRequest, ReadRangeResponse> call;

        Checking(ClientCall<ReadRangeRequest, ReadRangeResponse> call) {
            this.call = call;
        }

        @Override
        public void onMessage(ReadRangeResponse part) {
            if (part.hasChunk()) {
                byte[] data = part.getChunk().getData().toByteArray();
                if (part.getChunk().getFirstPos() != received.get()
                        || PatternBytes.firstDifference(data, data.length, received.get()) >= 0) {
                    ended.complete(Status.INTERNAL.withDescription("wrong bytes at " + received));
                }
                received.addAndGet(data.length);
            }
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
        }
    }
}
