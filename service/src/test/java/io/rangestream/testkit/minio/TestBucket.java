package io.rangestream.testkit.minio;

import io.rangestream.store.s3.S3StoreConfig;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.paginators.ListObjectVersionsIterable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A bucket of one test. Its objects and the bucket are deleted when it is closed. */
public final class TestBucket implements AutoCloseable {
    private final MinioServer server;
    private final S3Client client;
    private final String name;

    TestBucket(MinioServer server, S3Client client, String name) {
        this.server = server;
        this.client = client;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** The client, for requests without a method here. */
    public S3Client client() {
        return client;
    }

    public S3StoreConfig storeConfig() {
        return server.storeConfig(name, "");
    }

    public PutObjectResponse put(String key, byte[] bytes) {
        return put(key, bytes, request -> {});
    }

    public PutObjectResponse put(
            String key, byte[] bytes, Consumer<PutObjectRequest.Builder> fields) {
        PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(name).key(key);
        fields.accept(request);
        return client.putObject(request.build(), RequestBody.fromBytes(bytes));
    }

    /** Stores an object by a multipart upload; all parts but the last must have at least 5 MiB. */
    public void putInParts(String key, byte[]... parts) {
        String upload =
                client.createMultipartUpload(request -> request.bucket(name).key(key)).uploadId();
        List<CompletedPart> completed = new ArrayList<>();
        for (byte[] part : parts) {
            int number = completed.size() + 1;
            String tag =
                    client.uploadPart(
                                    request ->
                                            request.bucket(name)
                                                    .key(key)
                                                    .uploadId(upload)
                                                    .partNumber(number),
                                    RequestBody.fromBytes(part))
                            .eTag();
            completed.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        client.completeMultipartUpload(
                request ->
                        request.bucket(name)
                                .key(key)
                                .uploadId(upload)
                                .multipartUpload(all -> all.parts(completed)));
    }

    public void delete(String key) {
        client.deleteObject(request -> request.bucket(name).key(key));
    }

    /** Enables versioning. */
    public void keepVersions() {
        client.putBucketVersioning(
                request ->
                        request.bucket(name)
                                .versioningConfiguration(
                                        versioning ->
                                                versioning.status(BucketVersioningStatus.ENABLED)));
    }

    @Override
    public void close() {
        // With URL encoding: XML can't represent some characters that keys may have.
        ListObjectVersionsIterable pages =
                client.listObjectVersionsPaginator(
                        request -> request.bucket(name).encodingType(EncodingType.URL));
        pages.versions().forEach(version -> delete(version.key(), version.versionId()));
        pages.deleteMarkers().forEach(marker -> delete(marker.key(), marker.versionId()));
        client.deleteBucket(request -> request.bucket(name));
    }

    private void delete(String key, String versionId) {
        client.deleteObject(request -> request.bucket(name).key(key).versionId(versionId));
    }
}
