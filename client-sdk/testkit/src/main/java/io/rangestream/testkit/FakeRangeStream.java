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
 * A rangestream server for tests, with its objects in memory: it answers {@code
 * rangestream.v1.RangeStreamService} as the contract says, without TLS, on a free port of the
 * loopback address. Each object has a strong entity tag, which changes with its bytes, and no
 * versions, media type or checksum. The other services of a real server are not there.
 *
 * <p>Safe for many threads; to be closed by whoever started it.
 */
public final class FakeRangeStream implements AutoCloseable {
    /** Calls that are cut off end at once; waiting for that is a courtesy, with an end. */
    private static final int CLOSE_SECONDS = 5;

    private final Store store = new Store(Clock.systemUTC());
    private final Calls calls = new Calls();
    private final Queue<FakeFailure> failures = new ConcurrentLinkedQueue<>();
    private final Server server;

    private FakeRangeStream(InetSocketAddress address) throws IOException {
        server =
                NettyServerBuilder.forAddress(address)
                        .addService(new Service(store, () -> new Countdown(failures.poll())))
                        .intercept(calls)
                        .build()
                        .start();
    }

    /**
     * Starts a server that has no buckets.
     *
     * @return to be closed by the caller
     * @throws UncheckedIOException where there is no port to be had
     */
    public static FakeRangeStream start() {
        try {
            return new FakeRangeStream(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a client is built with, beside {@code plaintext()}.
     *
     * @return such as {@code 127.0.0.1:40123}
     */
    public String target() {
        return "127.0.0.1:" + server.getPort();
    }

    /**
     * Adds a bucket that may stay empty. Idempotent.
     *
     * @param bucket its name, not empty
     * @throws IllegalArgumentException where the name is empty
     */
    public void putBucket(String bucket) {
        if (bucket.isEmpty()) {
            throw new IllegalArgumentException("a bucket's name is empty");
        }
        store.putBucket(bucket);
    }

    /**
     * Adds an object, and its bucket where that is not there.
     *
     * @param bucket its name, not empty
     * @param key not that of an object that is there: see {@link #replace}
     * @param bytes copied; may be none
     * @return the object's entity tag, with its quotes
     * @throws IllegalArgumentException where there is such an object, or a name is none
     */
    public String put(String bucket, String key, byte[] bytes) {
        putBucket(bucket);
        try {
            Rules.requireKey(key);
        } catch (Refusal refusal) {
            throw new IllegalArgumentException("no key: '" + key + '\'', refusal);
        }
        if (store.has(bucket, key)) {
            throw new IllegalArgumentException("is there already: " + bucket + '/' + key);
        }
        return store.put(bucket, key, bytes);
    }

    /**
     * Gives an object other bytes and another entity tag. Reads of what it was end, before their
     * next chunk, with ABORTED and reason OBJECT_CHANGED.
     *
     * @param bucket the bucket's name
     * @param key the object's key
     * @param bytes copied; may be none, or the same as before
     * @return the object's new entity tag, with its quotes
     * @throws IllegalArgumentException where there is no such object
     */
    public String replace(String bucket, String key, byte[] bytes) {
        requireObject(bucket, key);
        return store.put(bucket, key, bytes);
    }

    /**
     * Deletes an object; reads of it end as with {@link #replace}.
     *
     * @param bucket the bucket's name, which stays
     * @param key the object's key
     * @throws IllegalArgumentException where there is no such object
     */
    public void remove(String bucket, String key) {
        requireObject(bucket, key);
        store.remove(bucket, key);
    }

    private void requireObject(String bucket, String key) {
        if (!store.has(bucket, key)) {
            throw new IllegalArgumentException("is not there: " + bucket + '/' + key);
        }
    }

    /**
     * Has the next call fail, whichever it is. More than one wait for one call each, in order.
     *
     * @param failure how
     */
    public void failNext(FakeFailure failure) {
        failures.add(failure);
    }

    /**
     * Which calls there were since the start, also those that failed, by the names of their rpcs:
     * {@code StatObject}, {@code ReadRange} and so on.
     *
     * @return in the order that they came in; a copy
     */
    public List<String> calls() {
        return calls.methods();
    }

    /** Cuts off all calls and connections, and ends; waits for that, not long. Idempotent. */
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
