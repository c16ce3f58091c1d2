package io.rangestream.client;

import io.rangestream.client.internal.channel.Connection;
import io.rangestream.client.internal.channel.Listing;
import io.rangestream.client.internal.read.OneCallRead;
import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ProtoConversions;
import io.rangestream.client.internal.wire.Subject;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.StatObjectRequest;
import io.rangestream.v1.StatObjectResponse;

import java.io.IOException;
import java.util.stream.Stream;

/**
 * A client of one rangestream server. It connects when it is first used and keeps one connection.
 * Create one client per server, share it between threads, and close it at the end. Safe for several
 * threads.
 *
 * <p>Methods that throw {@link IOException} throw one of the subclasses of {@link
 * RangeStreamException} if the call fails. The exceptions are a closed client, and an interrupted
 * thread: that gets a {@link java.io.InterruptedIOException} and stays interrupted.
 */
public final class RangeStreamClient implements AutoCloseable {
    private final Connection connection;
    private final Listing listing;

    RangeStreamClient(Connection connection) {
        this.connection = connection;
        this.listing = new Listing(connection);
    }

    /**
     * Starts to build a client.
     *
     * @param target host and port, such as {@code 127.0.0.1:8080} or {@code [::1]:8080} (the
     *     default port is 443, or 80 for plaintext), or a gRPC target, such as {@code
     *     dns:///films.example:443}; not a URL
     * @return a builder with default settings
     * @throws IllegalArgumentException if the target is neither; the message names the target and
     *     the expected form
     */
    public static RangeStreamClientBuilder builder(String target) {
        return new RangeStreamClientBuilder(target);
    }

    /**
     * Opens the current version of an object.
     *
     * @param bucket the bucket's name in the server's configuration; not empty
     * @param key the object's key, sent unchanged; not empty
     * @return a reader as of {@link #open(ObjectRef)}
     * @throws NotFoundException if the bucket or the object does not exist
     * @throws IOException if the call fails
     */
    public ObjectReader open(String bucket, String key) throws IOException {
        return open(ObjectRef.of(bucket, key));
    }

    /**
     * Opens an object. All reads of the reader are pinned to the version that this call finds.
     *
     * @param object the object, in its current version if the reference names none
     * @return a reader, to be closed by the caller
     * @throws NotFoundException if the bucket, object or version does not exist
     * @throws IOException if the call fails
     */
    public ObjectReader open(ObjectRef object) throws IOException {
        return new ObjectReader(connection, Pin.of(stat(object), object));
    }

    /**
     * Reads one range of the current version of an object, as {@link #read(ObjectRef, ByteRange)}
     * does.
     *
     * @param bucket the bucket's name in the server's configuration; not empty
     * @param key the object's key, sent unchanged; not empty
     * @param range the range, cut off at the object's end
     * @return a stream, to be closed by the caller
     * @throws NotFoundException if the bucket or the object does not exist
     * @throws RangeNotSatisfiableException if the object is not empty and the range begins past its
     *     end or is a suffix of 0 bytes
     * @throws IOException if the call fails
     */
    public RangeInputStream read(String bucket, String key, ByteRange range) throws IOException {
        return read(ObjectRef.of(bucket, key), range);
    }

    /**
     * Reads one range of an object with the default options, as {@link #read(ObjectRef, ByteRange,
     * ReadOptions)} does.
     *
     * @param object the object, in its current version if the reference names none
     * @param range the range, cut off at the object's end
     * @return a stream, to be closed by the caller
     * @throws NotFoundException if the bucket, object or version does not exist
     * @throws RangeNotSatisfiableException if the object is not empty and the range begins past its
     *     end or is a suffix of 0 bytes
     * @throws IOException if the call fails
     */
    public RangeInputStream read(ObjectRef object, ByteRange range) throws IOException {
        return read(object, range, ReadOptions.defaults());
    }

    /**
     * Reads one range of an object by a single call. To read several ranges of an object, open it
     * instead.
     *
     * <p>Waits for the header of the response, which names the version. All bytes are of that
     * version, also if the read resumes by another call, as with {@link
     * ObjectReader#stream(ByteRange)}. A call that fails before the header is repeated within
     * {@link RangeStreamClientBuilder#deadline}.
     *
     * @param object the object, in its current version if the reference names none
     * @param range the range, cut off at the object's end; all ranges of an empty object are empty
     * @param options the options; a deadline in them starts now
     * @return a stream, to be closed by the caller
     * @throws NotFoundException if the bucket, object or version does not exist
     * @throws RangeNotSatisfiableException if the object is not empty and the range begins past its
     *     end or is a suffix of 0 bytes
     * @throws IOException if the call fails
     */
    public RangeInputStream read(ObjectRef object, ByteRange range, ReadOptions options)
            throws IOException {
        OneCallRead.Opened read =
                new OneCallRead(connection, object, range, Connection.deadline(options)).open();
        return new RangeInputStream(read.source(), read.metadata(), read.range(), () -> {});
    }

    /**
     * Requests the metadata of the current version of an object.
     *
     * @param bucket the bucket's name in the server's configuration; not empty
     * @param key the object's key, sent unchanged; not empty
     * @return the metadata, with the store's checksum if it keeps one
     * @throws NotFoundException if the bucket or the object does not exist
     * @throws IOException if the call fails
     */
    public ObjectMetadata stat(String bucket, String key) throws IOException {
        return stat(ObjectRef.of(bucket, key));
    }

    /**
     * Requests the metadata of an object.
     *
     * @param object the object, in its current version if the reference names none
     * @return the metadata, with the store's checksum if it keeps one
     * @throws NotFoundException if the bucket, object or version does not exist
     * @throws IOException if the call fails
     */
    public ObjectMetadata stat(ObjectRef object) throws IOException {
        Subject subject = Subject.of(object);
        StatObjectRequest.Builder request =
                StatObjectRequest.newBuilder().setBucket(object.bucket()).setKey(object.key());
        object.versionId().ifPresent(request::setVersionId);
        StatObjectResponse response =
                connection.call(
                        RangeStreamServiceGrpc.getStatObjectMethod(), request.build(), subject);
        return ProtoConversions.metadata(response.getMetadata(), subject, object.versionId());
    }

    /**
     * Lists the buckets that the server serves, in the order of their names' UTF-8 bytes. Pages are
     * requested while the stream is consumed, which must be done by one thread at a time. An {@link
     * IOException} is thrown as the cause of an {@link java.io.UncheckedIOException}.
     *
     * @return a lazy stream, which does not need to be closed
     */
    public Stream<String> buckets() {
        return listing.buckets();
    }

    /**
     * Lists all objects of a bucket, in the order of their keys' UTF-8 bytes.
     *
     * @param bucket the bucket's name in the server's configuration
     * @return a lazy stream, as of {@link #buckets()}
     */
    public Stream<ListedObject> list(String bucket) {
        return list(bucket, "");
    }

    /**
     * Lists the objects of a bucket with a key prefix, in the order of their keys' UTF-8 bytes.
     *
     * @param bucket the bucket's name in the server's configuration
     * @param prefix the prefix; empty for all objects
     * @return a lazy stream, as of {@link #buckets()}
     */
    public Stream<ListedObject> list(String bucket, String prefix) {
        return listing.objects(bucket, prefix);
    }

    /**
     * Lists the objects of a bucket with a key prefix. Keys that contain the delimiter after the
     * prefix are collapsed into one {@link CommonPrefix} each, as a directory's subdirectories are.
     *
     * @param bucket the bucket's name in the server's configuration
     * @param prefix the prefix; empty for all objects
     * @param delimiter the delimiter, usually {@code /}; empty to collapse no keys
     * @return a lazy stream, as of {@link #buckets()}
     */
    public Stream<ListEntry> list(String bucket, String prefix, String delimiter) {
        return listing.entries(bucket, prefix, delimiter);
    }

    /**
     * Cancels all running calls and closes the connection. Waits up to 5 seconds for the connection
     * to end. Idempotent.
     */
    @Override
    public void close() {
        connection.close();
    }
}
