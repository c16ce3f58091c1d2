package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.rangestream.grpc.ExchangeInterceptor.GrpcTimeout;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.Readers;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.StatObjectRequest;
import io.rangestream.v1.StatObjectResponse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

class ExchangeInterceptorTest {
    private static final Metadata.Key<String> TIMEOUT =
            Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(1);
    private final Readers readers = new Readers(PauseLimits.DEFAULT);
    private final ExchangeInterceptor interceptor =
            new ExchangeInterceptor(readers, _ -> {}, Clock.systemUTC(), deadlines);
    private final List<Metadata> sentHeaders = new ArrayList<>();
    private final List<ServerCall<?, ?>> served = new ArrayList<>();
    private final List<GrpcExchange> exchanges = new ArrayList<>();

    @AfterEach
    void shutDown() {
        deadlines.shutdownNow();
        readers.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1H, PT1H",
        "2M, PT2M",
        "3S, PT3S",
        "4m, PT0.004S",
        "5u, PT0.000005S",
        "6n, PT0.000000006S",
        "0S, PT0S",
        "00000001S, PT1S",
        "99999999n, PT0.099999999S",
        "99999999u, PT99.999999S",
        "99999999S, PT27777H46M39S",
        "99999999H, PT99999999H",
    })
    void parsesTimeoutOfUpToEightDigitsAndAUnit(String text, Duration timeout) {
        assertThat(GrpcTimeout.parse(text)).contains(timeout);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "S",
                "1",
                "1s",
                "1h",
                "1 S",
                " 1S",
                "1S ",
                "-1S",
                "+1S",
                "1.5S",
                "100000000n",
                "SS",
                "1SS",
                "\u0661S",
                "0x1S"
            })
    void ignoresMalformedTimeout(@Nullable String text) {
        assertThat(GrpcTimeout.parse(text)).isEmpty();
    }

    @Test
    void schedulesLongestTimeout() {
        intercept("99999999H");
        assertThat(deadlines.getQueue()).hasSize(1);
        assertThat(deadlines.getQueue().element())
                .isInstanceOfSatisfying(
                        Delayed.class,
                        delayed ->
                                assertThat(delayed.getDelay(TimeUnit.DAYS)).isGreaterThan(36_500));
    }

    @Test
    void schedulesNothingForMalformedTimeout() {
        intercept("bad");
        assertThat(deadlines.getQueue()).isEmpty();
    }

    @Test
    void closedCallCancelsItsDeadline() {
        deadlines.setRemoveOnCancelPolicy(true);
        intercept("1H");
        served.getFirst().close(Status.OK, new Metadata());
        assertThat(deadlines.getQueue()).isEmpty();
        assertThat(exchanges.getFirst().ending()).isEmpty();
        assertThat(readers.openReads()).isZero();
    }

    @Test
    void initialMetadataHasCorrelationIdOfExchange() {
        intercept("1H");
        served.getFirst().sendHeaders(new Metadata());
        assertThat(sentHeaders.getFirst().get(ExchangeInterceptor.CORRELATION_ID))
                .isEqualTo(exchanges.getFirst().correlationId())
                .matches("[0-9a-f]{16}");
    }

    private void intercept(String timeout) {
        Metadata headers = new Metadata();
        headers.put(TIMEOUT, timeout);
        interceptor.interceptCall(
                new Call(),
                headers,
                (call, _) -> {
                    served.add(call);
                    exchanges.add(GrpcExchange.current());
                    return new ServerCall.Listener<>() {};
                });
    }

    private final class Call extends ServerCall<StatObjectRequest, StatObjectResponse> {
        @Override
        public void request(int numMessages) {}

        @Override
        public void sendHeaders(Metadata headers) {
            sentHeaders.add(headers);
        }

        @Override
        public void sendMessage(StatObjectResponse message) {}

        @Override
        public void close(Status status, Metadata trailers) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<StatObjectRequest, StatObjectResponse> getMethodDescriptor() {
            return RangeStreamServiceGrpc.getStatObjectMethod();
        }
    }
}
