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

/** The rpcs of the contract, served from a {@link ObjectStore}. */
final class FakeService extends RangeStreamServiceImplBase {
    private final ObjectStore store;
    private final Supplier<FailurePoint> failurePoints;

    /**
     * @param store the objects
     * @param failurePoints supplies the scripted failure of each call
     */
    FakeService(ObjectStore store, Supplier<FailurePoint> failurePoints) {
        this.store = store;
        this.failurePoints = failurePoints;
    }

    @Override
    public void readRange(ReadRangeRequest request, StreamObserver<ReadRangeResponse> observer) {
        ServerCallStreamObserver<ReadRangeResponse> call =
                (ServerCallStreamObserver<ReadRangeResponse>) observer;
        // With a cancel handler, onNext does not throw after the client has cancelled.
        call.setOnCancelHandler(() -> {});
        try {
            ReadRangeCall answer = new ReadRangeCall(store, request, failurePoints.get(), call);
            call.setOnReadyHandler(answer::send);
            answer.send();
        } catch (CallFailure failure) {
            call.onError(failure.toException());
        }
    }

    @Override
    public StreamObserver<BidiReadRangeRequest> bidiReadRange(
            StreamObserver<BidiReadRangeResponse> observer) {
        ServerCallStreamObserver<BidiReadRangeResponse> call =
                (ServerCallStreamObserver<BidiReadRangeResponse>) observer;
        call.setOnCancelHandler(() -> {});
        BidiReadRangeCall answer = new BidiReadRangeCall(store, failurePoints.get(), call);
        call.setOnReadyHandler(answer::send);
        return answer;
    }

    @Override
    public void statObject(StatObjectRequest request, StreamObserver<StatObjectResponse> observer) {
        answer(observer, () -> stat(request));
    }

    private StatObjectResponse stat(StatObjectRequest request) {
        RequestRules.requireBucket(request.getBucket());
        RequestRules.requireKey(request.getKey());
        StoredObject object = store.get(request.getBucket(), request.getKey());
        RequestRules.requireNoVersion(request.hasVersionId(), request.getVersionId());
        return StatObjectResponse.newBuilder().setMetadata(object.metadata()).build();
    }

    @Override
    public void listObjects(
            ListObjectsRequest request, StreamObserver<ListObjectsResponse> observer) {
        answer(observer, () -> ListPages.objects(store, request));
    }

    @Override
    public void listBuckets(
            ListBucketsRequest request, StreamObserver<ListBucketsResponse> observer) {
        answer(observer, () -> ListPages.buckets(store, request));
    }

    private <R> void answer(StreamObserver<R> observer, Supplier<R> response) {
        R value;
        try {
            failurePoints.get().checkAtEnd();
            value = response.get();
        } catch (CallFailure failure) {
            observer.onError(failure.toException());
            return;
        }
        observer.onNext(value);
        observer.onCompleted();
    }
}
