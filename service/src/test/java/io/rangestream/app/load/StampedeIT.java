package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.LARGE;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.v1.DataChunk;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A thousand viewers open one uncached film at once, half over HTTP and half over gRPC:
 * single-flight fetches read it from the store once.
 */
@ServerTest
@Timeout(300)
final class StampedeIT {
    private static final int VIEWERS = 1000;
    private static final int CHANNELS = 10;
    private static final String FILM = "film";
    private static final int LENGTH = 2 * 1024 * 1024 + 17;
    private static final ServedEndpoints SERVED = new ServedEndpoints(Map.of(FILM, (long) LENGTH));

    private final int port;

    StampedeIT(WebServer server) {
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

    @Test
    void eachByteIsFetchedFromTheStoreOnce() throws Exception {
        CountDownLatch all = new CountDownLatch(VIEWERS);
        List<GrpcClient> clients = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            clients.add(GrpcClient.connect(port));
        }
        List<Future<Boolean>> viewers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < VIEWERS; i++) {
                GrpcClient client = clients.get(i % CHANNELS);
                Callable<Boolean> viewer =
                        i < VIEWERS / 2 ? () -> overHttp(all) : () -> overGrpc(client, all);
                viewers.add(threads.submit(viewer));
            }
            for (Future<Boolean> viewer : viewers) {
                assertThat(viewer.get()).isTrue();
            }
        } finally {
            clients.forEach(GrpcClient::close);
        }
        assertThat(SERVED.engineStats().storeBytes()).isBetween((long) LENGTH, LENGTH * 105L / 100);
    }

    private boolean overHttp(CountDownLatch all) throws IOException, InterruptedException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            await(all);
            WireResponse answer = wire.ask("GET", "/objects/large/" + FILM);
            byte[] body = answer.body();
            return answer.status() == 200 && body.length == LENGTH && isRight(body, 0);
        }
    }

    private static boolean overGrpc(GrpcClient client, CountDownLatch all)
            throws InterruptedException {
        await(all);
        Iterator<ReadRangeResponse> parts =
                RangeStreamServiceGrpc.newBlockingStub(client.channel())
                        .readRange(
                                ReadRangeRequest.newBuilder()
                                        .setBucket(LARGE)
                                        .setKey(FILM)
                                        .build());
        long next = 0;
        boolean ended = false;
        while (parts.hasNext()) {
            ReadRangeResponse part = parts.next();
            if (part.hasChunk()) {
                DataChunk chunk = part.getChunk();
                if (chunk.getFirstPos() != next || !isRight(chunk.getData().toByteArray(), next)) {
                    return false;
                }
                next += chunk.getData().size();
            }
            ended = part.hasEnd();
        }
        return ended && next == LENGTH;
    }

    private static void await(CountDownLatch all) throws InterruptedException {
        all.countDown();
        all.await();
    }

    private static boolean isRight(byte[] bytes, long firstPos) {
        return PatternBytes.firstDifference(bytes, bytes.length, firstPos) < 0;
    }
}
