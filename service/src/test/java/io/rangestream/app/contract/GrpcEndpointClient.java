package io.rangestream.app.contract;

import com.google.protobuf.Timestamp;

import io.grpc.StatusRuntimeException;
import io.rangestream.app.rpc.GrpcClient;
import io.rangestream.app.rpc.GrpcFailure;
import io.rangestream.app.wire.ComparedResponse;
import io.rangestream.app.wire.ComparedResponse.Kind;
import io.rangestream.range.ResolvedRange;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.ReadHeader;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;
import io.rangestream.v1.SuffixRange;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;

/** Sends the contract suite's requests over gRPC. */
public final class GrpcEndpointClient implements EndpointClient {
    private final GrpcClient client;

    GrpcEndpointClient(int port) {
        this.client = GrpcClient.connect(port);
    }

    @Override
    public ComparedResponse ask(ContractRequest asked) {
        ComparedResponse answer = ComparedResponse.of(Kind.CUT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Iterator<ReadRangeResponse> parts = client.blocking().readRange(request(asked));
            while (parts.hasNext()) {
                ReadRangeResponse part = parts.next();
                switch (part.getPartCase()) {
                    case HEADER -> answer = begun(part.getHeader());
                    case CHUNK -> part.getChunk().getData().writeTo(bytes);
                    case END -> answer = answer.kind(Kind.COMPLETE);
                    case PART_NOT_SET -> throw new AssertionError("an empty part");
                }
            }
        } catch (StatusRuntimeException e) {
            answer = failed(answer, e);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return answer.bytes(ByteBuffer.wrap(bytes.toByteArray()));
    }

    public static ReadRangeRequest request(ContractRequest asked) {
        ReadRangeRequest.Builder request =
                ReadRangeRequest.newBuilder().setBucket(asked.bucket()).setKey(asked.key());
        asked.versionId().ifPresent(request::setVersionId);
        asked.ifMatch().ifPresent(request::setIfMatch);
        switch (asked.range()) {
            case ContractRequest.Whole() -> {}
            case ContractRequest.IntRange(long firstPos, OptionalLong lastPos) -> {
                IntRange.Builder range = IntRange.newBuilder().setFirstPos(firstPos);
                lastPos.ifPresent(range::setLastPos);
                request.setIntRange(range);
            }
            case ContractRequest.Suffix(long length) ->
                    request.setSuffixRange(SuffixRange.newBuilder().setSuffixLength(length));
        }
        return request.build();
    }

    private static ComparedResponse begun(ReadHeader header) {
        ObjectMetadata metadata = header.getMetadata();
        return new ComparedResponse(
                Kind.CUT,
                header.hasFirstPos()
                        ? Optional.of(new ResolvedRange(header.getFirstPos(), header.getLastPos()))
                        : Optional.empty(),
                Optional.of(metadata.getCompleteLength()),
                metadata.hasEtag() ? Optional.of(metadata.getEtag()) : Optional.empty(),
                metadata.hasLastModified()
                        ? Optional.of(instant(metadata.getLastModified()))
                        : Optional.empty(),
                metadata.hasContentType()
                        ? Optional.of(metadata.getContentType())
                        : Optional.empty(),
                metadata.hasVersionId() ? Optional.of(metadata.getVersionId()) : Optional.empty(),
                ByteBuffer.allocate(0));
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    private static ComparedResponse failed(ComparedResponse soFar, StatusRuntimeException failure) {
        GrpcFailure details = GrpcFailure.of(failure);
        return switch (details.reason()) {
            case "INVALID_REQUEST" -> soFar.kind(Kind.INVALID);
            case "BUCKET_NOT_FOUND", "OBJECT_NOT_FOUND", "VERSION_NOT_FOUND" ->
                    soFar.kind(Kind.NOT_FOUND);
            case "ETAG_MISMATCH" ->
                    soFar.kind(Kind.PRECONDITION_FAILED).entityTag(details.metadata("etag"));
            case "RANGE_NOT_SATISFIABLE" ->
                    soFar.kind(Kind.NOT_SATISFIABLE)
                            .completeLength(Long.parseLong(details.metadata("complete_length")));
            case "STORE_THROTTLED" -> soFar.kind(Kind.THROTTLED);
            case "STORE_UNAVAILABLE" -> soFar.kind(Kind.UNAVAILABLE);
            case "STORE_CREDENTIALS" -> soFar.kind(Kind.CREDENTIALS);
            case "OBJECT_ARCHIVED" -> soFar.kind(Kind.ARCHIVED);
            case "OBJECT_CHANGED" -> soFar.kind(Kind.CHANGED);
            default -> throw new AssertionError("unexpected reason: " + details);
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
