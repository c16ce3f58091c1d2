package io.rangestream.client.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.rangestream.client.internal.wire.Subject;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.StatObjectRequest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A probe is made only while the server has not responded, and by one call at a time. */
final class TlsMismatchDetectorTest {
    private static final Status RESET =
            Status.UNAVAILABLE.withCause(new IOException("Connection reset by peer"));
    private static final Subject SUBJECT = Subject.ofObject("films", "film");

    private final AtomicInteger probes = new AtomicInteger();

    @Test
    void callsThatFailTogetherMakeOneProbe() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        TlsMismatchDetector detector =
                new TlsMismatchDetector(
                        "server:1",
                        true,
                        (target, tls) -> {
                            probes.incrementAndGet();
                            begun.countDown();
                            awaitEnd(end);
                            return true;
                        });
        CompletableFuture<Boolean> probing =
                CompletableFuture.supplyAsync(
                        () -> detector.detect(RESET, SUBJECT).isPresent(),
                        task -> new Thread(task, "probing").start());
        begun.await();
        for (int i = 0; i < 10; i++) {
            assertThat(detector.detect(RESET, SUBJECT)).isEmpty();
        }
        end.countDown();
        assertThat(probing.get()).isTrue();
        assertThat(probes).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void failuresAfterAResponseMakeNoProbe(boolean onlyTrailers) {
        TlsMismatchDetector detector =
                new TlsMismatchDetector(
                        "server:1", true, (target, tls) -> probes.incrementAndGet() > 0);
        Channel channel =
                ClientInterceptors.intercept(
                        new RespondingChannel(onlyTrailers), detector.responseWatcher());
        assertThat(detector.detect(RESET, SUBJECT)).as("before a response").isPresent();
        assertThatThrownBy(
                        () ->
                                ClientCalls.blockingUnaryCall(
                                        channel,
                                        RangeStreamServiceGrpc.getStatObjectMethod(),
                                        CallOptions.DEFAULT,
                                        StatObjectRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class);
        assertThat(detector.detect(RESET, SUBJECT)).as("after a response").isEmpty();
        assertThat(probes).hasValue(1);
    }

    /** A server that responds to each call with NOT_FOUND. */
    private static final class RespondingChannel extends Channel {
        private final boolean onlyTrailers;

        RespondingChannel(boolean onlyTrailers) {
            this.onlyTrailers = onlyTrailers;
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            return new NoopClientCall<>() {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    Metadata trailers = new Metadata();
                    if (onlyTrailers) {
                        trailers.put(
                                Metadata.Key.of("any", Metadata.ASCII_STRING_MARSHALLER), "value");
                    } else {
                        listener.onHeaders(new Metadata());
                    }
                    listener.onClose(Status.NOT_FOUND, trailers);
                }
            };
        }

        @Override
        public String authority() {
            return "server";
        }
    }

    /** A call that sends nothing. */
    private abstract static class NoopClientCall<Q, R> extends ClientCall<Q, R> {
        @Override
        public void request(int count) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
