package io.rangestream.client;

import io.grpc.CallCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.TlsChannelCredentials;
import io.opentelemetry.api.OpenTelemetry;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.StatObjectRequest;
import io.rangestream.v1.StatObjectResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
     * @param target host and port, such as {@code 127.0.0.1:8080} or {@code [::1]:8080} (without a
     *     port 443, or 80 in plaintext), or the server as gRPC names it, such as {@code
     *     dns:///films.example:443}; not a URL
     * @return to be told the rest, and then built
     * @throws IllegalArgumentException if it is neither; the message names it and the right form
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
        return new ObjectReader(connection, Pin.of(stat(bucket, key, versionId), versionId));
    }

    /**
     * Reads one range of an object in its current version, by one call. As {@link #read(String,
     * String, String, ByteRange, ReadOptions)} with no version and no options.
     *
     * @param bucket its name in the server's configuration
     * @param key the object's key, taken as it is
     * @param range cut off at the object's end; of an empty object every range is empty
     * @return to be closed by the caller
     * @throws NotFoundException where there is no such bucket or object
     * @throws RangeNotSatisfiableException where the range begins past the end of an object that is
     *     not empty, or is a suffix of no bytes
     * @throws IOException where the server can't be asked
     */
    public RangeInputStream read(String bucket, String key, ByteRange range) throws IOException {
        return read(bucket, key, null, range, ReadOptions.defaults());
    }

    /**
     * Reads one range of an object by one call: nothing is asked of the server before it. Waits for
     * the header of the answer, which says what version it is of; all bytes are of that one, as
     * with {@link ObjectReader#stream(ByteRange)}, also where the read has to go on by another
     * call. What fails before that header is tried again as it was, within the builder's {@link
     * Builder#deadline}. Who reads several ranges of an object opens it instead.
     *
     * @param bucket its name in the server's configuration
     * @param key the object's key, taken as it is
     * @param versionId the version; null for the current one
     * @param range cut off at the object's end; of an empty object every range is empty
     * @param options a deadline in them begins now
     * @return to be closed by the caller
     * @throws NotFoundException where there is no such bucket, object or version
     * @throws RangeNotSatisfiableException where the range begins past the end of an object that is
     *     not empty, or is a suffix of no bytes
     * @throws IOException where the server can't be asked
     */
    public RangeInputStream read(
            String bucket,
            String key,
            @Nullable String versionId,
            ByteRange range,
            ReadOptions options)
            throws IOException {
        return new RangeOpening(
                        connection, bucket, key, versionId, range, Connection.deadline(options))
                .open();
    }

    /**
     * The metadata of an object, as its store gives it now.
     *
     * @param bucket its name in the server's configuration
     * @param key the object's key, taken as it is
     * @return with the store's checksum, where it keeps one
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
     * @return with the store's checksum, where it keeps one
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
        return Received.metadata(response.getMetadata(), subject, versionId);
    }

    /**
     * The names of the buckets that may be read, in the order of their UTF-8 bytes. Pages are
     * fetched as the stream is consumed, by one thread at a time; what an {@link IOException} would
     * be thrown for comes as an {@link java.io.UncheckedIOException} with that as its cause.
     *
     * @return lazy; needs no closing
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
        private final Transport transport;
        private ClientSettings settings = ClientSettings.DEFAULTS;

        private Builder(String target) {
            transport = new Transport(target);
        }

        /**
         * Without TLS. Otherwise TLS is used, and the authorities that Java trusts are trusted.
         *
         * @return this
         */
        public Builder plaintext() {
            transport.plaintext();
            return this;
        }

        /**
         * Trusts these certificate authorities instead of those that Java trusts.
         *
         * @param pemFile one or more certificates in PEM
         * @return this
         * @throws IOException where it can't be read
         */
        public Builder trustedCertificates(Path pemFile) throws IOException {
            transport.trust(
                    TlsChannelCredentials.newBuilder().trustManager(pemFile.toFile()).build());
            return this;
        }

        /**
         * Says to the server who it is that asks, before gRPC's own name.
         *
         * @param name such as {@code player/1.2}
         * @return this
         */
        public Builder userAgent(String name) {
            transport.userAgent(name);
            return this;
        }

        /**
         * Says who it is that asks, by a bearer token (RFC 6750) with each call. Without TLS
         * whoever is on the way can read it.
         *
         * @param token asked at each call, by any thread, so that it may be renewed; where it
         *     throws, the call fails with {@link UnauthenticatedException}
         * @return this
         */
        public Builder bearerToken(Supplier<String> token) {
            transport.bearerToken(new BearerToken(token));
            return this;
        }

        /**
         * Says who it is that asks, in a way of your own, with each call; beside a bearer token
         * where there is one. It replaces what was given here before. Credentials that require TLS
         * fail each call without it.
         *
         * @param credentials gRPC's, asked at each call and each try of one, by any thread
         * @return this
         */
        public Builder callCredentials(CallCredentials credentials) {
            transport.credentials(credentials);
            return this;
        }

        /**
         * Has interceptors see each call, and each try of one, as gRPC makes it; they are for many
         * threads. The first one given is the outermost: it sees a call before the others, and its
         * answer after them. More calls of this add further ones, inside of those before. What is
         * said of who asks is not seen by them, as it is added on the wire.
         *
         * @param interceptors in order
         * @return this
         */
        public Builder intercept(ClientInterceptor... interceptors) {
            transport.intercept(interceptors);
            return this;
        }

        /**
         * Has an OpenTelemetry record each call: gRPC's own metrics ({@code grpc.client.…}), and
         * traces where gRPC is told to make them ({@code
         * GRPC_EXPERIMENTAL_ENABLE_OTEL_TRACING=true} in the environment, until gRPC does so by
         * default). Interceptors are inside of what is recorded.
         *
         * <p>This takes {@code io.grpc:grpc-opentelemetry} on the class path, which does not come
         * with the SDK. Where it is there and this is not called, the {@linkplain
         * io.opentelemetry.api.GlobalOpenTelemetry global} OpenTelemetry is used if there is one
         * when the client is built.
         *
         * @param openTelemetry stays the caller's; {@code OpenTelemetry.noop()} records nothing
         * @return this
         * @throws NoClassDefFoundError where {@code grpc-opentelemetry} is not on the class path
         */
        public Builder openTelemetry(OpenTelemetry openTelemetry) {
            transport.telemetry(Telemetry.by(openTelemetry));
            return this;
        }

        /**
         * How long a call may take, with all of its tries; for a read, until its first message: it
         * may then go on for as long as it likes, or as its {@link ReadOptions} say. Without this,
         * 30 seconds.
         *
         * @param newDeadline positive
         * @return this
         * @throws IllegalArgumentException where it is zero or negative
         */
        public Builder deadline(Duration newDeadline) {
            settings = settings.withDeadline(newDeadline);
            return this;
        }

        /**
         * How long a stream that has begun may be silent while more of it is wanted, before it is
         * broken off and resumed. The time that the reader takes for himself does not count.
         * Without this, 30 seconds.
         *
         * @param newIdleTimeout positive
         * @return this
         * @throws IllegalArgumentException where it is zero or negative
         */
        public Builder idleTimeout(Duration newIdleTimeout) {
            settings = settings.withIdleTimeout(newIdleTimeout);
            return this;
        }

        /**
         * How often in a row a read goes on by itself where the server or the way to it fails, with
         * growing pauses, at the next byte and in the same version. Each chunk that comes gives one
         * try back. Other calls, and a page of a list, are made again by the same rules, within the
         * {@link #deadline}. What is not tried again: whatever the server gives a lasting reason
         * for, and an object that was changed. Without this, 10 tries, which is about half a
         * minute.
         *
         * @param tries 0: a read or call ends with the first failure
         * @return this
         * @throws IllegalArgumentException where it is negative
         */
        public Builder retryBudget(int tries) {
            settings = settings.withRetryBudget(tries);
            return this;
        }

        /**
         * How many bytes all {@linkplain ObjectReader#channel() channels} of the client together
         * may have asked for before anybody reads them. Where little of it is left they read ahead
         * by less; where nothing is, only what each read asks for. Without this, 16 MiB.
         *
         * @param bytes 0: nothing is read ahead
         * @return this
         * @throws IllegalArgumentException where it is negative
         */
        public Builder readAheadBytes(long bytes) {
            settings = settings.withReadAheadBytes(bytes);
            return this;
        }

        /**
         * How many bytes of a stream, and of all streams of the client together, may be on their
         * way unread in the transport (HTTP/2's flow control): a stream gets no more than this in
         * each round trip to the server. Without this, 1 MiB, which is 100 MiB/s at 10 ms; up to
         * four messages, mostly of 256 KiB, are beside it; of many ranges by one call, 32.
         *
         * @param bytes at least 65,536 (64 KiB)
         * @return this
         * @throws IllegalArgumentException where it is less
         */
        public Builder flowControlWindow(int bytes) {
            settings = settings.withFlowControlWindowBytes(bytes);
            return this;
        }

        /**
         * Makes the client, which does not connect before it is used.
         *
         * @return to be closed by the caller
         * @throws IllegalArgumentException where there are both plaintext and trusted certificates,
         *     or where gRPC has no transport for the target's scheme
         */
        public RangeStreamClient build() {
            return new RangeStreamClient(
                    new Connection(
                            transport.channel(settings.flowControlWindowBytes()),
                            transport.callOptions(),
                            settings));
        }
    }
}
