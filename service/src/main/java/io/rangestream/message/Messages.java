package io.rangestream.message;

import com.google.protobuf.Timestamp;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.Representation;
import io.rangestream.stream.Listings;
import io.rangestream.v1.Bucket;
import io.rangestream.v1.ChecksumType;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.ListedObject;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.StoreChecksum;

import java.time.Instant;

/** Converts values of the engine to messages of the gRPC contract. */
public final class Messages {
    private Messages() {}

    /** An object's metadata. */
    public static ObjectMetadata metadata(ObjectId id, Representation representation) {
        ObjectMetadata.Builder metadata =
                ObjectMetadata.newBuilder()
                        .setBucket(id.bucket())
                        .setKey(id.key())
                        .setCompleteLength(representation.completeLength());
        representation.versionId().ifPresent(metadata::setVersionId);
        representation.entityTag().map(EntityTag::toString).ifPresent(metadata::setEtag);
        representation
                .validators()
                .lastModified()
                .map(Messages::timestamp)
                .ifPresent(metadata::setLastModified);
        representation.fields().contentType().ifPresent(metadata::setContentType);
        representation.fields().contentEncoding().ifPresent(metadata::setContentEncoding);
        representation.checksum().map(Messages::checksum).ifPresent(metadata::setChecksum);
        return metadata.build();
    }

    /** A page of objects. */
    public static ListObjectsResponse objects(Listings.ObjectPage page) {
        ListObjectsResponse.Builder response =
                ListObjectsResponse.newBuilder()
                        .addAllCommonPrefixes(page.listing().commonPrefixes())
                        .setNextPageToken(page.nextPageToken());
        page.listing().objects().forEach(entry -> response.addObjects(listedObject(entry)));
        return response.build();
    }

    /** A page of buckets. */
    public static ListBucketsResponse buckets(Listings.BucketPage page) {
        ListBucketsResponse.Builder response =
                ListBucketsResponse.newBuilder().setNextPageToken(page.nextPageToken());
        page.buckets().forEach(name -> response.addBuckets(Bucket.newBuilder().setName(name)));
        return response.build();
    }

    private static ListedObject listedObject(ObjectListing.Entry entry) {
        ListedObject.Builder object =
                ListedObject.newBuilder()
                        .setKey(entry.key())
                        .setCompleteLength(entry.completeLength());
        entry.entityTag().map(EntityTag::toString).ifPresent(object::setEtag);
        entry.lastModified().map(Messages::timestamp).ifPresent(object::setLastModified);
        return object.build();
    }

    private static StoreChecksum checksum(Representation.Checksum checksum) {
        return StoreChecksum.newBuilder()
                .setAlgorithm(checksum.algorithm())
                .setType(
                        switch (checksum.type()) {
                            case UNSPECIFIED -> ChecksumType.CHECKSUM_TYPE_UNSPECIFIED;
                            case FULL_OBJECT -> ChecksumType.CHECKSUM_TYPE_FULL_OBJECT;
                            case COMPOSITE -> ChecksumType.CHECKSUM_TYPE_COMPOSITE;
                        })
                .setValue(checksum.value())
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
