package io.rangestream.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;

import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.grpc.GrpcService;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Server reflection, from which grpcurl and similar tools learn the API. Used by the routing, once
 * for each version of the reflection service. Safe for many threads.
 *
 * <p>Replaces Helidon's {@code GrpcReflectionFeature} (4.5.0, not reported), which finds a symbol
 * only in the proto file of a service: tools could not decode the details of a status.
 *
 * @param <Q> the request of this version
 * @param <R> the response of this version
 */
final class GrpcReflectionService<Q, R> implements GrpcService {
    private final FileDescriptor proto;
    private final Function<Q, R> respond;

    private GrpcReflectionService(FileDescriptor proto, Function<Q, R> respond) {
        this.proto = proto;
        this.respond = respond;
    }

    /**
     * The services {@code grpc.reflection.v1} and {@code v1alpha}, which older tools use.
     *
     * @param services the full names to list
     * @param files to be found, with their imports, beside those of reflection
     */
    static List<GrpcService> versions(List<String> services, List<FileDescriptor> files) {
        FileDescriptor v1 = io.grpc.reflection.v1.ServerReflectionProto.getDescriptor();
        // The outer class of v1alpha is deprecated, its messages are not.
        FileDescriptor alpha =
                io.grpc.reflection.v1alpha.ServerReflectionRequest.getDescriptor().getFile();
        List<FileDescriptor> all = Stream.concat(files.stream(), Stream.of(v1, alpha)).toList();
        ReflectionIndex index = new ReflectionIndex(services, all);
        return List.of(
                new GrpcReflectionService<>(v1, index::respond),
                new GrpcReflectionService<>(
                        alpha,
                        (io.grpc.reflection.v1alpha.ServerReflectionRequest request) ->
                                respondAlpha(index, request)));
    }

    /** The messages of both versions have the same fields. */
    private static io.grpc.reflection.v1alpha.ServerReflectionResponse respondAlpha(
            ReflectionIndex index, io.grpc.reflection.v1alpha.ServerReflectionRequest request) {
        try {
            return io.grpc.reflection.v1alpha.ServerReflectionResponse.parseFrom(
                    index.respond(ServerReflectionRequest.parseFrom(request.toByteString()))
                            .toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("reflection v1alpha differs from v1", e);
        }
    }

    @Override
    public String serviceName() {
        return proto.getServices().getFirst().getFullName();
    }

    @Override
    public FileDescriptor proto() {
        return proto;
    }

    @Override
    public void update(Routing routing) {
        routing.bidi("ServerReflectionInfo", this::open);
    }

    private StreamObserver<Q> open(StreamObserver<R> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(Q request) {
                responses.onNext(respond.apply(request));
            }

            @Override
            public void onError(Throwable cause) {
                // The call is cancelled: there is no client to send a status to.
            }

            @Override
            public void onCompleted() {
                responses.onCompleted();
            }
        };
    }
}
