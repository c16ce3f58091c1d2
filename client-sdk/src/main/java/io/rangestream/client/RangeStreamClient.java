package io.rangestream.client;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.StatObjectRequest;
import io.rangestream.v1.StatObjectResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A connection to one rangestream server, to be made once, shared, and closed once. It connects
 * when first used. Safe for many threads.
 *
 * <p>What is said of {@link RangeStreamException} holds for all methods that throw {@link
 * IOException}: it is an {@code IOException} of one of its subclasses, except where the client is
 * closed or the thread interrupted (an {@link java.io.InterruptedIOException}; the thread stays
 * interrupted).
 */
public final class RangeStreamClient implements AutoCloseable {
    private final Connection connection;
    private final Listing listing;

    private RangeStreamClient(Connection connection) {
        this.connection = connection;
        this.listing = new Listing(connection);
    }

    /**
     * Begins to make a client.
     *
     * @param target the server as gRPC names it, such as {@code 127.0.0.1:8080} or {@code
     *     dns:///films.example:443}
     */
    public static Builder builder(String target) {
        return new Builder(target);
    }

    /**
     * Opens an object in its current version, which all reads are then pinned to.
     *
     * @param bucket its name in the server's configuration
     * @param key the object's key, taken as it is
     * @return to be closed by the caller
     * @throws NotFoundException where there is no such bucket or object
     * @throws IOException where the server can't be asked
     */
    public ObjectReader open(String bucket, String key) throws IOException {
        return open(bucket, key, null);
    }

    /**
     * Opens an object in a version.
     *
     * @param bucket its name in the server's configuration
     * @param key the object's key, taken as it is
     * @param versionId the version; null for the current one
     * @return to be closed by the caller
     * @throws NotFoundException where there is no such bucket, object or version
     * @throws IOException where the server can't be asked
     */
    public ObjectReader open(String bucket, String key, @Nullable String versionId)
            throws IOException {
        ObjectMetadata metadata = stat(bucket, key, versionId);
        return new ObjectReader(
                connection,
                new Pin(metadata, metadata.versionId().or(() -> Optional.ofNullable(versionId))));
    }

    /**
     * The metadata of an object, as its store gives it now.
     *
     * @param bucket its name in the server's configuration
     * @param key the object's key, taken as it is
     * @throws NotFoundException where there is no such bucket or object
     * @throws IOException where the server can't be asked
     */
    public ObjectMetadata stat(String bucket, String key) throws IOException {
        return stat(bucket, key, null);
    }

    /**
     * The metadata of an object in a version.
     *
     * @param bucket its name in the server's configuration
     * @param key the object's key, taken as it is
     * @param versionId the version; null for the current one
     * @throws NotFoundException where there is no such bucket, object or version
     * @throws IOException where the server can't be asked
     */
    public ObjectMetadata stat(String bucket, String key, @Nullable String versionId)
            throws IOException {
        Subject subject = Subject.ofObject(bucket, key);
        StatObjectRequest.Builder request =
                StatObjectRequest.newBuilder().setBucket(bucket).setKey(key);
        if (versionId != null) {
            request.setVersionId(versionId);
        }
        StatObjectResponse response =
                connection.call(
                        RangeStreamServiceGrpc.getStatObjectMethod(), request.build(), subject);
        ObjectMetadata metadata = Received.metadata(response.getMetadata(), subject);
        if (versionId != null && !metadata.versionId().orElse(versionId).equals(versionId)) {
            throw new DataLossException(
                    Failure.found(subject, "the server answered for another version"));
        }
        return metadata;
    }

    /**
     * The names of the buckets that may be read, in the order of their UTF-8 bytes. Pages are
     * fetched as the stream is consumed, by one thread at a time; what an {@link IOException} would
     * be thrown for comes as an {@link java.io.UncheckedIOException} with that as its cause.
     */
    public Stream<String> buckets() {
        return listing.buckets();
    }

    /**
     * All objects of a bucket, by key.
     *
     * @param bucket its name in the server's configuration
     * @return lazy, as {@link #buckets()}
     */
    public Stream<ListedObject> list(String bucket) {
        return list(bucket, "");
    }

    /**
     * The objects of a bucket whose keys begin with a prefix, in the order of the keys' UTF-8
     * bytes.
     *
     * @param bucket its name in the server's configuration
     * @param prefix empty for all objects
     * @return lazy, as {@link #buckets()}
     */
    public Stream<ListedObject> list(String bucket, String prefix) {
        return listing.objects(bucket, prefix);
    }

    /**
     * As {@link #list(String, String)}, but keys that have a delimiter after the prefix are rolled
     * up into one {@link CommonPrefix} each, as a directory's subdirectories are.
     *
     * @param bucket its name in the server's configuration
     * @param prefix empty for all objects
     * @param delimiter mostly {@code /}; empty: nothing is rolled up
     * @return lazy, as {@link #buckets()}
     */
    public Stream<ListEntry> list(String bucket, String prefix, String delimiter) {
        return listing.entries(bucket, prefix, delimiter);
    }

    /**
     * Ends all calls that are still going on, and the connection; waits for that, but not for long.
     * Idempotent.
     */
    @Override
    public void close() {
        connection.close();
    }

    /** Makes a client. For one thread. */
    public static final class Builder {
        /** The largest chunk that a server may send. */
        private static final int MAX_CHUNK_BYTES = 2 * 1024 * 1024;

        /** The other fields of a chunk's message, and more besides. */
        private static final int MESSAGE_OVERHEAD_BYTES = 64 * 1024;

        /** 64 KiB, the default, would bound a stream to that much for each round trip. */
        private static final int FLOW_CONTROL_WINDOW_BYTES = 1024 * 1024;

        private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);

        /** Longer than a server waits for its store. */
        private static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(30);

        /** With the pauses between them, half a minute: a server can be restarted meanwhile. */
        private static final int DEFAULT_RETRY_BUDGET = 10;

        /** Eight channels that read on and on. */
        private static final long DEFAULT_READ_AHEAD_BYTES = 16L * 1024 * 1024;

        private final String target;
        private boolean plaintext;
        private @Nullable ChannelCredentials trust;
        private @Nullable String userAgent;
        private @Nullable Supplier<String> bearerToken;
        private Duration deadline = DEFAULT_DEADLINE;
        private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
        private int retryBudget = DEFAULT_RETRY_BUDGET;
        private long readAheadBytes = DEFAULT_READ_AHEAD_BYTES;

        private Builder(String target) {
            this.target = target;
        }

        /** Without TLS. Otherwise TLS is used, and the authorities that Java trusts are trusted. */
        public Builder plaintext() {
            plaintext = true;
            return this;
        }

        /**
         * Trusts these certificate authorities instead of those that Java trusts.
         *
         * @param pemFile one or more certificates in PEM
         * @throws IOException where it can't be read
         */
        public Builder trustedCertificates(Path pemFile) throws IOException {
            trust = TlsChannelCredentials.newBuilder().trustManager(pemFile.toFile()).build();
            return this;
        }

        /**
         * Says to the server who it is that asks, before gRPC's own name.
         *
         * @param name such as {@code player/1.2}
         */
        public Builder userAgent(String name) {
            userAgent = name;
            return this;
        }

        /**
         * Says who it is that asks, by a bearer token (RFC 6750) with each call. Without TLS
         * whoever is on the way can read it.
         *
         * @param token asked at each call, by any thread, so that it may be renewed; where it
         *     throws, the call fails with {@link UnauthenticatedException}
         */
        public Builder bearerToken(Supplier<String> token) {
            bearerToken = token;
            return this;
        }

        /**
         * How long a call may take; for a read, until its first message: it may then go on for as
         * long as it likes. Without this, 30 seconds.
         *
         * @throws IllegalArgumentException where it is zero or negative
         */
        public Builder deadline(Duration newDeadline) {
            if (newDeadline.isZero() || newDeadline.isNegative()) {
                throw new IllegalArgumentException("deadline is not positive: " + newDeadline);
            }
            deadline = newDeadline;
            return this;
        }

        /**
         * How long a stream that has begun may be silent while more of it is wanted, before it is
         * broken off and resumed. The time that the reader takes for himself does not count.
         * Without this, 30 seconds.
         *
         * @throws IllegalArgumentException where it is zero or negative
         */
        public Builder idleTimeout(Duration newIdleTimeout) {
            if (newIdleTimeout.isZero() || newIdleTimeout.isNegative()) {
                throw new IllegalArgumentException(
                        "idle timeout is not positive: " + newIdleTimeout);
            }
            idleTimeout = newIdleTimeout;
            return this;
        }

        /**
         * How often in a row a read goes on by itself where the server or the way to it fails, with
         * growing pauses, at the next byte and in the same version. Each chunk that comes gives one
         * try back. What is not resumed: whatever the server gives a lasting reason for, and an
         * object that was changed. Without this, 10 tries, which is about half a minute.
         *
         * @param tries 0: a read ends with the first failure
         * @throws IllegalArgumentException where it is negative
         */
        public Builder retryBudget(int tries) {
            if (tries < 0) {
                throw new IllegalArgumentException("retry budget is negative: " + tries);
            }
            retryBudget = tries;
            return this;
        }

        /**
         * How many bytes all {@linkplain ObjectReader#channel() channels} of the client together
         * may have asked for before anybody reads them. Where little of it is left they read ahead
         * by less; where nothing is, only what each read asks for. Without this, 16 MiB.
         *
         * @param bytes 0: nothing is read ahead
         * @throws IllegalArgumentException where it is negative
         */
        public Builder readAheadBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("read-ahead bytes are negative: " + bytes);
            }
            readAheadBytes = bytes;
            return this;
        }

        /**
         * Makes the client, which does not connect before it is used.
         *
         * @return to be closed by the caller
         * @throws IllegalArgumentException where the target is not one, or where there are both
         *     plaintext and trusted certificates
         */
        public RangeStreamClient build() {
            NettyChannelBuilder channel = transport();
            if (userAgent != null) {
                channel.userAgent(userAgent);
            }
            if (bearerToken != null) {
                channel.intercept(BearerToken.onEachCall(bearerToken));
            }
            ManagedChannel built =
                    channel.flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                            .maxInboundMessageSize(MAX_CHUNK_BYTES + MESSAGE_OVERHEAD_BYTES)
                            .build();
            return new RangeStreamClient(
                    new Connection(
                            built,
                            deadline,
                            idleTimeout,
                            retryBudget,
                            new ReadAheadBudget(readAheadBytes)));
        }

        private NettyChannelBuilder transport() {
            if (trust == null) {
                NettyChannelBuilder channel = NettyChannelBuilder.forTarget(target);
                return plaintext ? channel.usePlaintext() : channel;
            }
            if (plaintext) {
                throw new IllegalArgumentException("trusted certificates, but no TLS");
            }
            return NettyChannelBuilder.forTarget(target, trust);
        }
    }
}
