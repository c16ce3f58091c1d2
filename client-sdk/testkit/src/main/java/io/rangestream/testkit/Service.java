package io.rangestream.testkit;

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

import java.util.function.Supplier;

/** The rpcs of the contract, served from a {@link Store}. */
final class Service extends RangeStreamServiceImplBase {
    private final Store store;
    private final Supplier<Countdown> countdowns;

    /**
     * @param store the objects
     * @param countdowns supplies the scripted failure of each call
     */
    Service(Store store, Supplier<Countdown> countdowns) {
        this.store = store;
        this.countdowns = countdowns;
    }

    @Override
    public void readRange(ReadRangeRequest request, StreamObserver<ReadRangeResponse> observer) {
        ServerCallStreamObserver<ReadRangeResponse> call =
                (ServerCallStreamObserver<ReadRangeResponse>) observer;
        // With a cancel handler, onNext does not throw after the client has cancelled.
        call.setOnCancelHandler(() -> {});
        try {
            RangeAnswer answer = new RangeAnswer(store, request, countdowns.get(), call);
            call.setOnReadyHandler(answer::send);
            answer.send();
        } catch (Refusal refusal) {
            call.onError(refusal.toException());
        }
    }

    @Override
    public StreamObserver<BidiReadRangeRequest> bidiReadRange(
            StreamObserver<BidiReadRangeResponse> observer) {
        ServerCallStreamObserver<BidiReadRangeResponse> call =
                (ServerCallStreamObserver<BidiReadRangeResponse>) observer;
        call.setOnCancelHandler(() -> {});
        RangesAnswer answer = new RangesAnswer(store, countdowns.get(), call);
        call.setOnReadyHandler(answer::send);
        return answer;
    }

    @Override
    public void statObject(StatObjectRequest request, StreamObserver<StatObjectResponse> observer) {
        answer(observer, () -> stat(request));
    }

    private StatObjectResponse stat(StatObjectRequest request) {
        Rules.requireBucket(request.getBucket());
        Rules.requireKey(request.getKey());
        StoredObject object = store.get(request.getBucket(), request.getKey());
        Rules.requireNoVersion(request.hasVersionId(), request.getVersionId());
        return StatObjectResponse.newBuilder().setMetadata(object.metadata()).build();
    }

    @Override
    public void listObjects(
            ListObjectsRequest request, StreamObserver<ListObjectsResponse> observer) {
        answer(observer, () -> Lists.objects(store, request));
    }

    @Override
    public void listBuckets(
            ListBucketsRequest request, StreamObserver<ListBucketsResponse> observer) {
        answer(observer, () -> Lists.buckets(store, request));
    }

    private <R> void answer(StreamObserver<R> observer, Supplier<R> response) {
        R value;
        try {
            countdowns.get().checkAtEnd();
            value = response.get();
        } catch (Refusal refusal) {
            observer.onError(refusal.toException());
            return;
        }
        observer.onNext(value);
        observer.onCompleted();
    }
}
