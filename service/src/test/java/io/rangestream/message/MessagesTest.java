package io.rangestream.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;
import io.rangestream.stream.Listings;
import io.rangestream.v1.Bucket;
import io.rangestream.v1.ChecksumType;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.ListedObject;
import io.rangestream.v1.ObjectMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

class MessagesTest {
    private static final ObjectId ID = ObjectId.of("b", "k");
    private static final Instant L = Instant.parse("1994-11-06T08:49:37Z");
    private static final Timestamp L_STAMP =
            Timestamp.newBuilder().setSeconds(L.getEpochSecond()).build();

    @Test
    void metadataHasAllKnownFields() {
        Representation representation =
                new Representation(
                        5_368_709_120L,
                        new Validators(
                                Optional.of(new EntityTag("A1", true)),
                                Optional.of(L),
                                L.plusSeconds(9)),
                        Optional.of("v1"),
                        new StoredFields(
                                Optional.of("video/mp4"),
                                Optional.of("gzip"),
                                Optional.of("de"),
                                Optional.of("inline"),
                                Optional.of("no-store"),
                                Optional.empty()),
                        Optional.of(
                                new Representation.Checksum(
                                        "CRC32C",
                                        Representation.Checksum.Type.COMPOSITE,
                                        "AAAAAA==-2")));
        assertThat(Messages.metadata(ID, representation))
                .isEqualTo(
                        ObjectMetadata.newBuilder()
                                .setBucket("b")
                                .setKey("k")
                                .setVersionId("v1")
                                .setCompleteLength(5_368_709_120L)
                                .setEtag("W/\"A1\"")
                                .setLastModified(L_STAMP)
                                .setContentType("video/mp4")
                                .setContentEncoding("gzip")
                                .setChecksum(
                                        io.rangestream.v1.StoreChecksum.newBuilder()
                                                .setAlgorithm("CRC32C")
                                                .setType(ChecksumType.CHECKSUM_TYPE_COMPOSITE)
                                                .setValue("AAAAAA==-2"))
                                .build());
    }

    @Test
    void absentFieldsStayUnset() {
        ObjectMetadata metadata =
                Messages.metadata(
                        ID,
                        new Representation(
                                0,
                                new Validators(Optional.empty(), Optional.empty(), L),
                                Optional.empty(),
                                StoredFields.NONE,
                                Optional.empty()));
        assertThat(metadata)
                .isEqualTo(ObjectMetadata.newBuilder().setBucket("b").setKey("k").build());
        assertThat(metadata.hasEtag()).isFalse();
        assertThat(metadata.hasLastModified()).isFalse();
        assertThat(metadata.hasVersionId()).isFalse();
        assertThat(metadata.hasContentType()).isFalse();
    }

    @Test
    void metadataNamesTheServedVersion() {
        Representation representation =
                new Representation(
                        0,
                        new Validators(Optional.empty(), Optional.empty(), L),
                        Optional.of("served"),
                        StoredFields.NONE,
                        Optional.empty());
        ObjectId asked = new ObjectId("b", "k", Optional.of("asked"));
        assertThat(Messages.metadata(asked, representation).getVersionId()).isEqualTo("served");
    }

    @ParameterizedTest
    @CsvSource({
        "UNSPECIFIED, CHECKSUM_TYPE_UNSPECIFIED",
        "FULL_OBJECT, CHECKSUM_TYPE_FULL_OBJECT",
        "COMPOSITE, CHECKSUM_TYPE_COMPOSITE",
    })
    void mapsChecksumTypes(Representation.Checksum.Type type, ChecksumType expected) {
        Representation representation =
                new Representation(
                        0,
                        new Validators(Optional.empty(), Optional.empty(), L),
                        Optional.empty(),
                        StoredFields.NONE,
                        Optional.of(new Representation.Checksum("SHA256", type, "x")));
        assertThat(Messages.metadata(ID, representation).getChecksum().getType())
                .isEqualTo(expected);
    }

    @Test
    void convertsPageOfObjects() {
        ObjectListing listing =
                new ObjectListing(
                        List.of(
                                new ObjectListing.Entry(
                                        "a",
                                        5,
                                        Optional.of(EntityTag.strong("A1")),
                                        Optional.of(L)),
                                new ObjectListing.Entry(
                                        "b", 0, Optional.empty(), Optional.empty())),
                        List.of("c/"),
                        Optional.of("for the store only"));
        assertThat(Messages.objects(new Listings.ObjectPage(listing, "token")))
                .isEqualTo(
                        ListObjectsResponse.newBuilder()
                                .addObjects(
                                        ListedObject.newBuilder()
                                                .setKey("a")
                                                .setCompleteLength(5)
                                                .setEtag("\"A1\"")
                                                .setLastModified(L_STAMP))
                                .addObjects(ListedObject.newBuilder().setKey("b"))
                                .addCommonPrefixes("c/")
                                .setNextPageToken("token")
                                .build());
    }

    @Test
    void convertsPageOfBuckets() {
        assertThat(Messages.buckets(new Listings.BucketPage(List.of("a", "b"), "")))
                .isEqualTo(
                        ListBucketsResponse.newBuilder()
                                .addBuckets(Bucket.newBuilder().setName("a"))
                                .addBuckets(Bucket.newBuilder().setName("b"))
                                .build());
    }
}
