package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedServer.failure;

import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;

import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.RangeRead;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** A server with scripted responses to vectored reads, and a reader of it. */
abstract class VectoredFixture {
    static final int LENGTH = 100_000;
    static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);
    static final java.time.Duration IDLE = java.time.Duration.ofSeconds(2);

    ScriptedServer server;
    RangeStreamClient client;
    ObjectReader reader;

    /** The scripts of the next calls; later calls get valid responses. */
    final Queue<BiFunction<ScriptedObject, StreamObserver<BidiReadRangeResponse>, ScriptedBidiRead>>
            script = new ArrayDeque<>();

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        server.ranges =
                out -> {
                    var next = script.poll();
                    return next == null
                            ? new ScriptedBidiRead(OBJECT, out)
                            : next.apply(OBJECT, out);
                };
        client =
                RangeStreamClient.builder(server.target())
                        .plaintext()
                        .idleTimeout(IDLE)
                        .retryBudget(3)
                        .build();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    List<CompletableFuture<ByteBuffer>> read(ByteRange... ranges) {
        return reader.readVectored(List.of(ranges), ByteBuffer::allocate);
    }

    static ByteBuffer got(CompletableFuture<ByteBuffer> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    static Throwable failed(CompletableFuture<?> future) {
        Throwable failure = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
        Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
        return Objects.requireNonNull(cause);
    }

    static ByteBuffer bytes(long first, int length) {
        return ByteBuffer.wrap(ScriptedObject.bytes(first, length));
    }

    /** Scripts the next call: responses to ranges; other messages get valid responses. */
    interface Bent {
        void answer(ScriptedBidiRead stream, RangeRead read);
    }

    void then(Bent bent) {
        script.add(
                (object, out) ->
                        new ScriptedBidiRead(object, out) {
                            @Override
                            void answer(RangeRead read) {
                                bent.answer(this, read);
                            }
                        });
    }

    ScriptedBidiRead stream(int index) {
        return server.rangeStreams.get(index);
    }

    static RetryInfo soon() {
        return RetryInfo.newBuilder()
                .setRetryDelay(Duration.newBuilder().setNanos(20_000_000))
                .build();
    }

    static IntRange positions(long first, long last) {
        return IntRange.newBuilder().setFirstPos(first).setLastPos(last).build();
    }

    static BidiReadRangeResponse refused(RangeRead read, StatusRuntimeException status) {
        com.google.rpc.Status sent =
                StatusProto.fromStatusAndTrailers(status.getStatus(), status.getTrailers());
        return ScriptedBidiRead.error(read.getReadId(), sent);
    }
}
