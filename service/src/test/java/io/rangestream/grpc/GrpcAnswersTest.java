package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.transport.Ending;
import io.rangestream.transport.OpenReader;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.Readers;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

final class GrpcAnswersTest {
    private static final ObjectId ID = ObjectId.of("bucket", "key");

    private final List<RequestLine> lines = new ArrayList<>();
    private final GrpcAnswers answers = new GrpcAnswers(lines::add, false);

    private static final class Ignoring implements StreamObserver<String> {
        @Override
        public void onNext(String message) {}

        @Override
        public void onError(Throwable status) {}

        @Override
        public void onCompleted() {}
    }

    private RequestLine lineOfStoreFailure(boolean interrupt) {
        try (Readers readers = new Readers(PauseLimits.DEFAULT);
                OpenReader reader = readers.openGrpc(true)) {
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
            assertThat(exchange.ending().equals(Optional.of(Ending.PEER_GONE)))
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
