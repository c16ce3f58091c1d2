package io.rangestream.examples;

import io.rangestream.client.ByteRange;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Prints the SHA-256 of an object, computed by a Reactive Streams subscriber. It requests the next
 * buffer after it has processed one, so that a slow subscriber slows the server down.
 */
public final class Digest implements Flow.Subscriber<ByteBuffer> {
    private final MessageDigest digest;
    private final CompletableFuture<String> result = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    private Digest() throws NoSuchAlgorithmException {
        digest = MessageDigest.getInstance("SHA-256");
    }

    /** Arguments: server, bucket, key. */
    public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
        try (RangeStreamClient client = RangeStreamClient.builder(args[0]).plaintext().build();
                ObjectReader object = client.open(args[1], args[2])) {
            System.out.println(of(object).join());
        }
    }

    static CompletableFuture<String> of(ObjectReader object) throws NoSuchAlgorithmException {
        Digest subscriber = new Digest();
        object.publisher(ByteRange.whole()).subscribe(subscriber);
        return subscriber.result;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(1);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
        digest.update(bytes);
        if (subscription != null) {
            subscription.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(HexFormat.of().formatHex(digest.digest()));
    }
}
