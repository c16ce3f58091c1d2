package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectReads;
import io.rangestream.store.OpenRead;
import io.rangestream.store.OpenRequest;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.stream.ReadPlanner;
import io.rangestream.transport.Ending;
import io.rangestream.transport.OpenReader;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.Readers;
import io.rangestream.v1.BidiReadRangeResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

@Timeout(60)
final class ReadRangesCallTest {
    private final Readers readers = new Readers(PauseLimits.DEFAULT);
    private final List<RequestLine> lines = new CopyOnWriteArrayList<>();
    private final GrpcAnswers answers = new GrpcAnswers(lines::add, false);
    private final RangeStreamService streams =
            new RangeStreamService(new NoReads(), new ReadPlanner(1));

    @AfterEach
    void closeReaders() {
        readers.close();
    }

    private static final class NoReads implements ObjectReads {
        @Override
        public OpenRead open(OpenRequest request, Cancellation cancellation) {
            throw new AssertionError("nothing is opened");
        }

        @Override
        public ObjectListing list(ObjectListing.Query query) {
            throw new AssertionError("nothing is listed");
        }
    }

    private static final class Ignoring implements StreamObserver<BidiReadRangeResponse> {
        @Override
        public void onNext(BidiReadRangeResponse message) {}

        @Override
        public void onError(Throwable status) {}

        @Override
        public void onCompleted() {}
    }

    private boolean awaitEnd(CompletableFuture<GrpcExchange> started) {
        try (OpenReader reader = readers.openGrpc(true)) {
            GrpcExchange exchange = new GrpcExchange("BidiReadRange", reader, Clock.systemUTC());
            Context.current()
                    .withValue(GrpcExchange.KEY, exchange)
                    .run(
                            () -> {
                                ReadRangesCall call =
                                        new ReadRangesCall(
                                                streams,
                                                new MessageRoom(1),
                                                answers,
                                                new Ignoring());
                                StreamObserver<?> _ = call.start();
                                started.complete(exchange);
                                call.awaitEnd();
                            });
            return Thread.currentThread().isInterrupted();
        }
    }

    @Test
    void interruptOfTheCallThreadMeansThatTheClientLeft() {
        CompletableFuture<GrpcExchange> started = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> interrupted.complete(awaitEnd(started)));
        GrpcExchange exchange = started.join();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        thread.interrupt();
        assertThat(interrupted.join()).isTrue();
        assertThat(exchange.ending()).contains(Ending.PEER_GONE);
        assertThat(lines)
                .singleElement()
                .satisfies(
                        line ->
                                assertThat(line.outcome())
                                        .isEqualTo(RequestLine.Outcome.PEER_GONE));
    }
}
