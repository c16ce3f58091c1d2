package io.rangestream.client;

import com.google.protobuf.Timestamp;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.Bucket;
import io.rangestream.v1.ChecksumType;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.ListedObject;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.StoreChecksum;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the SDK's scripted server available to the tests of the command line. */
public final class TestServer implements AutoCloseable {
    private final ScriptedObject object;
    private final ScriptedServer server;

    public TestServer(int length) throws IOException {
        this(ScriptedObject.ofLength(length).inChunksOf(100_000));
    }

    private TestServer(ScriptedObject object) throws IOException {
        this.object = object;
        this.server = new ScriptedServer(object);
    }

    /** Starts a server with a stored checksum of the object. */
    public static TestServer withChecksum(
            int length, String algorithm, boolean ofTheWhole, String value) throws IOException {
        ObjectMetadata metadata =
                ScriptedObject.ofLength(length).metadata().toBuilder()
                        .setChecksum(
                                StoreChecksum.newBuilder()
                                        .setAlgorithm(algorithm)
                                        .setType(
                                                ofTheWhole
                                                        ? ChecksumType.CHECKSUM_TYPE_FULL_OBJECT
                                                        : ChecksumType.CHECKSUM_TYPE_COMPOSITE)
                                        .setValue(value))
                        .build();
        return new TestServer(ScriptedObject.ofLength(length).with(metadata).inChunksOf(100_000));
    }

    public static byte[] bytes(long firstPos, int length) {
        return ScriptedObject.bytes(firstPos, length);
    }

    public String target() {
        return server.target();
    }

    /** The authorization fields of all calls, in order. */
    public List<String> authorizations() {
        return server.authorizations;
    }

    public int reads() {
        return server.reads.size();
    }

    public int readsCancelled() {
        return server.readsCancelled.get();
    }

    /** Makes all later reads fail, except the first few. */
    public void failReadsAfter(int reads, Status.Code code, String reason) {
        AtomicInteger left = new AtomicInteger(reads);
        server.read =
                request ->
                        left.getAndDecrement() > 0
                                ? Answer.complete(object.answer(request))
                                : Answer.failing(List.of(), ScriptedServer.failure(code, reason));
    }

    /** Makes all later reads hang, except the first few. */
    public void hangReadsAfter(int reads) {
        AtomicInteger left = new AtomicInteger(reads);
        server.read =
                request ->
                        left.getAndDecrement() > 0
                                ? Answer.complete(object.answer(request))
                                : Answer.hanging(List.of());
    }

    /** Makes all later reads succeed. */
    public void recover() {
        server.read = request -> Answer.complete(object.answer(request));
    }

    public void failStats(Status.Code code, String reason) {
        server.stat =
                request -> {
                    throw ScriptedServer.failure(code, reason);
                };
    }

    /** Makes lists return two buckets, and an object and a common prefix in each. */
    public void haveSomeToList() {
        server.buckets =
                request ->
                        ListBucketsResponse.newBuilder()
                                .addBuckets(Bucket.newBuilder().setName("demo"))
                                .addBuckets(Bucket.newBuilder().setName("films"))
                                .build();
        server.list =
                request ->
                        ListObjectsResponse.newBuilder()
                                .addObjects(
                                        ListedObject.newBuilder()
                                                .setKey(request.getPrefix() + "b \"ü\".mp4")
                                                .setCompleteLength(5_000_000_000L)
                                                .setEtag("\"v1\"")
                                                .setLastModified(
                                                        Timestamp.newBuilder()
                                                                .setSeconds(1_700_000_000)))
                                .addCommonPrefixes(request.getPrefix() + "a/")
                                .build();
    }

    /** The delimiter of the last list. */
    public String lastDelimiter() {
        return server.lists.get(server.lists.size() - 1).getDelimiter();
    }

    @Override
    public void close() {
        server.close();
    }
}
