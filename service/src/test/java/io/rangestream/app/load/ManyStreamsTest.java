package io.rangestream.app.load;

import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many concurrent reads over one connection share its flow-control window, and each gets every
 * byte.
 */
@ServerTest
final class ManyStreamsTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final int STREAMS = 32;

    private final int port;

    ManyStreamsTest(WebServer server) {
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
    void concurrentGrpcReadsOnOneConnectionComplete() throws Exception {
        ReadRangeRequest request =
                ReadRangeRequest.newBuilder().setBucket(LARGE).setKey(MIDDLING).build();
        try (GrpcClient client = GrpcClient.connect(port);
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> totals = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                totals.add(
                        readers.submit(
                                () -> {
                                    Iterator<ReadRangeResponse> parts =
                                            client.blocking().readRange(request);
                                    long total = 0;
                                    while (parts.hasNext()) {
                                        total += parts.next().getChunk().getData().size();
                                    }
                                    return total;
                                }));
            }
            for (Future<Long> total : totals) {
                assertThat(total.get()).isEqualTo(MIDDLING_BYTES);
            }
        }
    }
}
