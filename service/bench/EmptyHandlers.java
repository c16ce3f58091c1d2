import com.google.protobuf.Descriptors;
import com.google.protobuf.UnsafeByteOperations;

import io.grpc.stub.StreamObserver;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.grpc.GrpcService;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http2.Http2Config;
import io.rangestream.v1.DataChunk;
import io.rangestream.v1.RangeStreamServiceProto;
import io.rangestream.v1.ReadEnd;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Measures the cost of the transport alone: Helidon with rangestream's settings, and handlers that
 * write one shared block repeatedly. Run from source: {@code PORT COMPLETE_LENGTH}.
 */
final class EmptyHandlers {
    private static final byte[] BLOCK = new byte[256 * 1024];
    // As in rangestream: Helidon copies the first write of a body.
    private static final int FIRST_WRITE_BYTES = 2048;
    private static final Duration LONG = Duration.ofHours(1);

    private EmptyHandlers() {}

    public static void main(String[] args) {
        long completeLength = Long.parseLong(args[1]);
        WebServer.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(args[0]))
                .routing(
                        HttpRouting.builder()
                                .any((request, response) -> get(request, response, completeLength)))
                .addRouting(GrpcRouting.builder().service(new Reads(completeLength)))
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addProtocol(
                        Http1Config.builder()
                                .maxPrologueLength(16 * 1024)
                                .maxHeadersSize(32 * 1024)
                                .validatePath(false)
                                .validatePrologue(false)
                                .sendKeepAliveHeader(false)
                                .build())
                .addProtocol(
                        Http2Config.builder()
                                .maxHeaderListSize(32 * 1024)
                                .validatePath(false)
                                .flowControlTimeout(LONG)
                                .maxRapidResets(10_000)
                                .build())
                .addProtocol(GrpcConfig.builder().enableCompression(false).build())
                .useNio(false)
                .writeBufferSize(0)
                .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                .idleConnectionTimeout(LONG)
                .build()
                .start();
    }

    private static void get(ServerRequest request, ServerResponse response, long completeLength) {
        long first = 0;
        long last = completeLength - 1;
        String range = request.headers().first(HeaderNames.RANGE).orElse("");
        if (!range.isEmpty()) {
            int dash = range.indexOf('-');
            first = Long.parseLong(range, "bytes=".length(), dash, 10);
            if (dash + 1 < range.length()) {
                last = Long.parseLong(range, dash + 1, range.length(), 10);
            }
            response.status(Status.PARTIAL_CONTENT_206);
            response.headers()
                    .set(
                            HeaderNames.CONTENT_RANGE,
                            "bytes " + first + "-" + last + "/" + completeLength);
        }
        long length = last - first + 1;
        response.headers().contentLength(length);
        try (OutputStream out = response.outputStream()) {
            int written = (int) Math.min(FIRST_WRITE_BYTES, length);
            out.write(BLOCK, 0, written);
            for (long left = length - written; left > 0; left -= written) {
                written = (int) Math.min(BLOCK.length, left);
                out.write(BLOCK, 0, written);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The gRPC service; it sends the shared block and reads no store. */
    private record Reads(long completeLength) implements GrpcService {
        @Override
        public String serviceName() {
            return "rangestream.v1.RangeStreamService";
        }

        @Override
        public Descriptors.FileDescriptor proto() {
            return RangeStreamServiceProto.getDescriptor();
        }

        @Override
        public void update(Routing routing) {
            routing.serverStream("ReadRange", this::readRange);
        }

        private void readRange(
                ReadRangeRequest request, StreamObserver<ReadRangeResponse> observer) {
            observer.onNext(
                    ReadRangeResponse.newBuilder()
                            .setHeader(ReadHeader.getDefaultInstance())
                            .build());
            for (long first = 0; first < completeLength; first += BLOCK.length) {
                int length = (int) Math.min(BLOCK.length, completeLength - first);
                DataChunk chunk =
                        DataChunk.newBuilder()
                                .setFirstPos(first)
                                .setData(UnsafeByteOperations.unsafeWrap(BLOCK, 0, length))
                                .setCrc32C(0x12345678)
                                .build();
                observer.onNext(ReadRangeResponse.newBuilder().setChunk(chunk).build());
            }
            observer.onNext(
                    ReadRangeResponse.newBuilder()
                            .setEnd(ReadEnd.newBuilder().setTotalBytes(completeLength))
                            .build());
            observer.onCompleted();
        }
    }
}
