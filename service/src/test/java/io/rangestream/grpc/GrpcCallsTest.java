package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.EndReason;
import io.rangestream.transport.PauseLimits;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

final class GrpcCallsTest {
    private static final ObjectId ID = ObjectId.of("bucket", "key");

    private final List<RequestLine> lines = new ArrayList<>();
    private final GrpcCalls answers = new GrpcCalls(lines::add, false);

    private static final class Ignoring implements StreamObserver<String> {
        @Override
        public void onNext(String message) {}

        @Override
        public void onError(Throwable status) {}

        @Override
        public void onCompleted() {}
    }

    private RequestLine lineOfStoreFailure(boolean interrupt) {
        try (ActiveResponses readers = new ActiveResponses(PauseLimits.DEFAULT);
                ActiveResponse reader = readers.openGrpc(true)) {
            GrpcExchange exchange = new GrpcExchange("ReadRange", reader, Clock.systemUTC());
            answers.stream(
                    exchange,
                    new Ignoring(),
                    (_, _) -> {
                        if (interrupt) {
                            Thread.currentThread().interrupt();
                        }
                        throw new Unavailable(ID, "a wait ended", null);
                    });
            assertThat(Thread.interrupted()).isEqualTo(interrupt);
            assertThat(exchange.ending().equals(Optional.of(EndReason.PEER_GONE)))
                    .isEqualTo(interrupt);
        }
        return lines.getFirst();
    }

    @Test
    void failureOfInterruptedThreadMeansThatTheClientLeft() {
        RequestLine line = lineOfStoreFailure(true);
        assertThat(line.outcome()).isEqualTo(RequestLine.Outcome.PEER_GONE);
        assertThat(line.status()).isEqualTo("CANCELLED");
    }

    @Test
    void failureOfOtherThreadIsThatOfTheStore() {
        RequestLine line = lineOfStoreFailure(false);
        assertThat(line.outcome()).isEqualTo(RequestLine.Outcome.COMPLETE);
        assertThat(line.status()).isEqualTo("UNAVAILABLE");
    }
}
