package io.rangestream.client;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;
import io.rangestream.v1.ListBucketsRequest;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsRequest;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.RangeStreamServiceGrpc.RangeStreamServiceImplBase;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;
import io.rangestream.v1.StatObjectRequest;
import io.rangestream.v1.StatObjectResponse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A server on a loopback port with scripted responses: by default valid ones for one object. */
final class ScriptedServer implements AutoCloseable {
    static final String CORRELATION_ID = "c-17";

    /**
     * Held in a field, because a logger that is garbage-collected loses its level. It logs a
     * warning for each cancelled call with data in flight.
     */
    private static final Logger NETTY_LOG =
            Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

    static {
        NETTY_LOG.setLevel(Level.SEVERE);
    }

    /** The response to a read: the messages, and then a status or none. */
    record Answer(Iterator<ReadRangeResponse> parts, Ending ending) {
        static Answer complete(Iterator<ReadRangeResponse> parts) {
            return new Answer(parts, StreamObserver::onCompleted);
        }

        static Answer failing(List<ReadRangeResponse> parts, StatusRuntimeException status) {
            return new Answer(parts.iterator(), observer -> observer.onError(status));
        }

        static Answer hanging(List<ReadRangeResponse> parts) {
            return new Answer(parts.iterator(), observer -> {});
        }
    }

    /** The end of the call after the last message. */
    interface Ending {
        void on(StreamObserver<ReadRangeResponse> observer);
    }

    final List<ReadRangeRequest> reads = new CopyOnWriteArrayList<>();
    final List<ScriptedBidiRead> rangeStreams = new CopyOnWriteArrayList<>();
    final List<StatObjectRequest> stats = new CopyOnWriteArrayList<>();
    final List<ListObjectsRequest> lists = new CopyOnWriteArrayList<>();
    final List<String> userAgents = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    final List<String> projects = new CopyOnWriteArrayList<>();

    /** The grpc-timeout field of each call; empty if it has none. */
    final List<String> timeouts = new CopyOnWriteArrayList<>();

    final AtomicInteger messagesSent = new AtomicInteger();
    final AtomicInteger readsCancelled = new AtomicInteger();

    volatile Function<StatObjectRequest, StatObjectResponse> stat;
    volatile Function<ReadRangeRequest, Answer> read;
    volatile Function<ListObjectsRequest, ListObjectsResponse> list =
            request -> ListObjectsResponse.getDefaultInstance();
    volatile Function<StreamObserver<BidiReadRangeResponse>, ScriptedBidiRead> ranges;
    volatile Function<ListBucketsRequest, ListBucketsResponse> buckets =
            request -> ListBucketsResponse.getDefaultInstance();

    private final Server server;

    ScriptedServer(ScriptedObject object) throws IOException {
        this(
                object,
                NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    ScriptedServer(ScriptedObject object, ServerBuilder<?> builder) throws IOException {
        stat = request -> StatObjectResponse.newBuilder().setMetadata(object.metadata()).build();
        read = request -> Answer.complete(object.answer(request));
        ranges = observer -> new ScriptedBidiRead(object, observer);
        server = builder.addService(new Service()).intercept(new Callers()).build().start();
    }

    String target() {
        return "127.0.0.1:" + server.getPort();
    }

    /** A client without retries. */
    RangeStreamClient client() {
        return RangeStreamClient.builder(target()).plaintext().retryBudget(0).build();
    }

    /** A failure with the error details of the contract. */
    static StatusRuntimeException failure(Status.Code code, String reason, Message... details) {
        return failure(code, ErrorInfo.newBuilder().setReason(reason).build(), details);
    }

    /** A failure with a given ErrorInfo. */
    static StatusRuntimeException failure(Status.Code code, ErrorInfo info, Message... details) {
        com.google.rpc.Status.Builder status =
                com.google.rpc.Status.newBuilder()
                        .setCode(code.value())
                        .setMessage("as scripted")
                        .addDetails(Any.pack(info.toBuilder().setDomain("rangestream.io").build()))
                        .addDetails(
                                Any.pack(
                                        RequestInfo.newBuilder()
                                                .setRequestId(CORRELATION_ID)
                                                .build()));
        Arrays.stream(details).map(Any::pack).forEach(status::addDetails);
        return StatusProto.toStatusRuntimeException(status.build());
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Service extends RangeStreamServiceImplBase {
        @Override
        public void readRange(
                ReadRangeRequest request, StreamObserver<ReadRangeResponse> observer) {
            reads.add(request);
            ServerCallStreamObserver<ReadRangeResponse> call =
                    (ServerCallStreamObserver<ReadRangeResponse>) observer;
            call.setOnCancelHandler(readsCancelled::incrementAndGet);
            Answer answer = read.apply(request);
            // Called when the call starts, and whenever the transport accepts messages again.
            call.setOnReadyHandler(
                    () -> {
                        if (!answer.parts().hasNext()) {
                            return;
                        }
                        while (call.isReady() && answer.parts().hasNext()) {
                            call.onNext(answer.parts().next());
                            messagesSent.incrementAndGet();
                        }
                        if (!answer.parts().hasNext()) {
                            answer.ending().on(call);
                        }
                    });
            if (!answer.parts().hasNext()) {
                answer.ending().on(call);
            }
        }

        @Override
        public StreamObserver<BidiReadRangeRequest> bidiReadRange(
                StreamObserver<BidiReadRangeResponse> observer) {
            ScriptedBidiRead stream = ranges.apply(observer);
            rangeStreams.add(stream);
            return stream;
        }

        @Override
        public void statObject(
                StatObjectRequest request, StreamObserver<StatObjectResponse> observer) {
            stats.add(request);
            answer(observer, () -> stat.apply(request));
        }

        @Override
        public void listObjects(
                ListObjectsRequest request, StreamObserver<ListObjectsResponse> observer) {
            lists.add(request);
            answer(observer, () -> list.apply(request));
        }

        @Override
        public void listBuckets(
                ListBucketsRequest request, StreamObserver<ListBucketsResponse> observer) {
            answer(observer, () -> buckets.apply(request));
        }

        private <R> void answer(StreamObserver<R> observer, Supplier<R> response) {
            R value;
            try {
                value = response.get();
            } catch (StatusRuntimeException e) {
                observer.onError(e);
                return;
            }
            observer.onNext(value);
            observer.onCompleted();
        }
    }

    private final class Callers implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            userAgents.add(field(headers, "user-agent"));
            authorizations.add(field(headers, "authorization"));
            projects.add(field(headers, "x-project"));
            timeouts.add(field(headers, "grpc-timeout"));
            return next.startCall(call, headers);
        }

        private static String field(Metadata headers, String name) {
            String value = headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
            return value == null ? "" : value;
        }
    }
}
