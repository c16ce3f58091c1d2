package io.rangestream.testkit;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A fake rangestream server for tests, with its objects in memory. It serves {@code
 * rangestream.v1.RangeStreamService} by the contract, without TLS, on a free port of the loopback
 * address. Each object has a strong entity tag, which changes with its bytes, but no versions,
 * media type or checksum. It lacks the other services of a real server.
 *
 * <p>Safe for several threads; closed by the test that started it.
 */
public final class FakeRangeStream implements AutoCloseable {
    /** How long {@link #close} waits for cancelled calls to end. */
    private static final int CLOSE_SECONDS = 5;

    private final ObjectStore store = new ObjectStore(Clock.systemUTC());
    private final CallRecorder calls = new CallRecorder();
    private final Queue<FakeFailure> failures = new ConcurrentLinkedQueue<>();
    private final Server server;

    private FakeRangeStream(InetSocketAddress address) throws IOException {
        server =
                NettyServerBuilder.forAddress(address)
                        .addService(new FakeService(store, () -> new FailurePoint(failures.poll())))
                        .intercept(calls)
                        .build()
                        .start();
    }

    /**
     * Starts a server without buckets.
     *
     * @return a server, to be closed by the caller
     * @throws UncheckedIOException if no port is available
     */
    public static FakeRangeStream start() {
        try {
            return new FakeRangeStream(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The target for a client, which must also use {@code plaintext()}.
     *
     * @return the target, such as {@code 127.0.0.1:40123}
     */
    public String target() {
        return "127.0.0.1:" + server.getPort();
    }

    /**
     * Adds an empty bucket, unless it exists.
     *
     * @param bucket the bucket's name, not empty
     * @throws IllegalArgumentException if the name is empty
     */
    public void putBucket(String bucket) {
        if (bucket.isEmpty()) {
            throw new IllegalArgumentException("the bucket's name is empty");
        }
        store.putBucket(bucket);
    }

    /**
     * Adds an object, and its bucket if that does not exist. To change an object, use {@link
     * #replace}.
     *
     * @param bucket the bucket's name, not empty
     * @param key the object's key
     * @param bytes the content, which is copied; may be empty
     * @return the object's entity tag, with its quotes
     * @throws IllegalArgumentException if the object exists, or the bucket or key is invalid
     */
    public String put(String bucket, String key, byte[] bytes) {
        putBucket(bucket);
        try {
            RequestRules.requireKey(key);
        } catch (CallFailure failure) {
            throw new IllegalArgumentException("invalid key: '" + key + '\'', failure);
        }
        if (store.has(bucket, key)) {
            throw new IllegalArgumentException("the object exists: " + bucket + '/' + key);
        }
        return store.put(bucket, key, bytes);
    }

    /**
     * Replaces the content and the entity tag of an object. Running reads of the old version end
     * before their next chunk with ABORTED and reason OBJECT_CHANGED.
     *
     * @param bucket the bucket's name
     * @param key the object's key
     * @param bytes the new content, which is copied; may be empty or unchanged
     * @return the object's new entity tag, with its quotes
     * @throws IllegalArgumentException if the object does not exist
     */
    public String replace(String bucket, String key, byte[] bytes) {
        requireObject(bucket, key);
        return store.put(bucket, key, bytes);
    }

    /**
     * Deletes an object. Running reads of it end as with {@link #replace}.
     *
     * @param bucket the name of the bucket, which stays
     * @param key the object's key
     * @throws IllegalArgumentException if the object does not exist
     */
    public void remove(String bucket, String key) {
        requireObject(bucket, key);
        store.remove(bucket, key);
    }

    private void requireObject(String bucket, String key) {
        if (!store.has(bucket, key)) {
            throw new IllegalArgumentException("the object does not exist: " + bucket + '/' + key);
        }
    }

    /**
     * Makes the next call fail, of any rpc. Several failures apply to one call each, in order.
     *
     * @param failure the failure
     */
    public void failNext(FakeFailure failure) {
        failures.add(failure);
    }

    /**
     * The calls since the start, including failed ones, as the names of their rpcs, such as {@code
     * StatObject}.
     *
     * @return a copy, in the order in which the calls arrived
     */
    public List<String> calls() {
        return calls.methods();
    }

    /** Cancels all calls and stops the server; waits up to 5 seconds for that. Idempotent. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
