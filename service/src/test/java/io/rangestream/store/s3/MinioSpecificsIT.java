package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;
import io.rangestream.testkit.MinioServer;
import io.rangestream.testkit.RequiresMinio;
import io.rangestream.testkit.TestBucket;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Features of S3 beyond the contract: stored header fields, versions, checksums, credentials; and a
 * store that dies.
 */
@RequiresMinio
class MinioSpecificsIT {
    private static final byte[] BYTES = "some bytes".getBytes(StandardCharsets.US_ASCII);

    private static final ObjectId LARGE = ObjectId.of("films", "large");

    /** Much more than socket buffers hold. */
    private static final int LARGE_BYTES = 64 * 1024 * 1024;

    private static S3ObjectStore store(TestBucket bucket) {
        return S3ObjectStore.create(bucket.storeConfig(), Clock.systemUTC());
    }

    @Test
    void returnsStoredFieldsAndEncodedBytes() {
        try (TestBucket bucket = MinioServer.shared().createBucket();
                S3ObjectStore store = store(bucket)) {
            bucket.put(
                    "a",
                    BYTES,
                    request ->
                            request.contentType("video/mp4")
                                    .contentEncoding("gzip")
                                    .contentLanguage("de, en")
                                    .contentDisposition("attachment; filename=\"a.mp4\"")
                                    .cacheControl("max-age=60")
                                    .expires(Instant.parse("2030-01-02T03:04:05Z")));
            StoredFields expected =
                    new StoredFields(
                            Optional.of("video/mp4"),
                            Optional.of("gzip"),
                            Optional.of("de, en"),
                            Optional.of("attachment; filename=\"a.mp4\""),
                            Optional.of("max-age=60"),
                            Optional.of("Wed, 02 Jan 2030 03:04:05 GMT"));
            ObjectId id = ObjectId.of("films", "a");
            assertThat(store.head(id).fields()).isEqualTo(expected);
            try (Fetch fetch = store.open(id, Optional.empty(), RangeSpec.from(0))) {
                assertThat(fetch.representation().fields()).isEqualTo(expected);
                byte[] array = new byte[20];
                assertThat(fetch.read(array, 0, 20)).isEqualTo(BYTES.length);
                assertThat(array).startsWith(BYTES);
            }
        }
    }

    @Test
    void readsOldVersionsUntilTheyAreDeleted() {
        try (TestBucket bucket = MinioServer.shared().createBucket();
                S3ObjectStore store = store(bucket)) {
            bucket.put("a", BYTES);
            bucket.keepVersions();
            String second = bucket.put("a", new byte[3]).versionId();
            assertThat(store.head(version("null")).completeLength()).isEqualTo(BYTES.length);
            // MinIO does not send the id of this version.
            assertThat(store.head(version("null")).versionId()).isEmpty();
            assertThat(store.head(ObjectId.of("films", "a")).versionId()).contains(second);
            assertThat(store.head(version(second)).completeLength()).isEqualTo(3);
            String marker =
                    bucket.client()
                            .deleteObject(request -> request.bucket(bucket.name()).key("a"))
                            .versionId();
            assertMissing(store, ObjectId.of("films", "a"), Missing.OBJECT);
            assertMissing(store, version(marker), Missing.VERSION);
            try (Fetch fetch = store.open(version(second), Optional.empty(), RangeSpec.suffix(1))) {
                assertThat(fetch.representation().versionId()).contains(second);
            }
        }
    }

    private static ObjectId version(String version) {
        return new ObjectId("films", "a", Optional.of(version));
    }

    private static void assertMissing(S3ObjectStore store, ObjectId id, Missing missing) {
        assertThatThrownBy(() -> store.head(id))
                .isInstanceOfSatisfying(
                        NotFound.class, e -> assertThat(e.missing()).isEqualTo(missing));
        assertThatThrownBy(() -> store.open(id, Optional.empty(), RangeSpec.from(0)))
                .isInstanceOfSatisfying(
                        NotFound.class, e -> assertThat(e.missing()).isEqualTo(missing));
    }

    @Test
    void onlyHeadHasTheChecksum() {
        try (TestBucket bucket = MinioServer.shared().createBucket();
                S3ObjectStore store = store(bucket)) {
            bucket.put("a", BYTES, put -> put.checksumAlgorithm(ChecksumAlgorithm.CRC32_C));
            ObjectId id = ObjectId.of("films", "a");
            Representation head = store.head(id);
            assertThat(head.checksum())
                    .hasValueSatisfying(
                            sum -> {
                                assertThat(sum.algorithm()).isEqualTo("CRC32C");
                                assertThat(sum.type())
                                        .isEqualTo(Representation.Checksum.Type.FULL_OBJECT);
                                assertThat(sum.value()).hasSize(8);
                            });
            try (Fetch fetch = store.open(id, head.entityTag(), RangeSpec.from(100))) {
                assertThat(fetch.representation().checksum()).isEmpty();
            }
        }
    }

    @Test
    void readsAcrossPartsOfAMultipartObject() {
        try (TestBucket bucket = MinioServer.shared().createBucket();
                S3ObjectStore store = store(bucket)) {
            int partLength = 5 * 1024 * 1024;
            bucket.putInParts("parts", new byte[partLength], new byte[] {7, 7, 7, 7});
            ObjectId id = ObjectId.of("films", "parts");
            Representation head = store.head(id);
            assertThat(head.completeLength()).isEqualTo(partLength + 4L);
            assertThat(head.entityTag().orElseThrow().opaque()).endsWith("-2");
            RangeSpec across = RangeSpec.of(partLength - 2L, partLength + 1L);
            try (Fetch fetch = store.open(id, head.entityTag(), across)) {
                byte[] array = new byte[4];
                for (int read = 0; read < 4; ) {
                    read += fetch.read(array, read, 4 - read);
                }
                assertThat(array).containsExactly(0, 0, 7, 7);
            }
        }
    }

    @Test
    void reportsWrongCredentialsInReadsAndProbes() {
        try (TestBucket bucket = MinioServer.shared().createBucket()) {
            S3StoreConfig right = bucket.storeConfig();
            S3StoreConfig wrong =
                    new S3StoreConfig(
                            right.bucket(),
                            "",
                            right.endpoint(),
                            right.region(),
                            true,
                            Optional.of("nobody"),
                            Optional.of("nothing-at-all"));
            bucket.put("a", BYTES);
            ObjectId id = ObjectId.of("films", "a");
            try (S3ObjectStore store = S3ObjectStore.create(wrong, Clock.systemUTC())) {
                assertThatThrownBy(() -> store.head(id)).isInstanceOf(CredentialsRefused.class);
                assertThatThrownBy(() -> store.open(id, Optional.empty(), RangeSpec.from(0)))
                        .isInstanceOf(CredentialsRefused.class);
                assertThatThrownBy(store::probe).isInstanceOf(CredentialsRefused.class);
            }
        }
    }

    @Test
    void storeThatDiesDuringABodyIsUnavailable() {
        try (MinioServer own = MinioServer.startOwn();
                S3ObjectStore store = storeWithLargeObject(own);
                Fetch fetch = store.open(LARGE, Optional.empty(), RangeSpec.from(0))) {
            assertThat(fetch.read(new byte[100], 0, 100)).isPositive();
            own.kill();
            assertThatThrownBy(() -> readOn(fetch)).isInstanceOf(Unavailable.class);
            assertThatThrownBy(() -> store.head(LARGE)).isInstanceOf(Unavailable.class);
            assertThatThrownBy(store::probe).isInstanceOf(Unavailable.class);
        }
    }

    @Test
    void frozenStoreTimesOutAndIsReadAgainLater() {
        try (MinioServer own = MinioServer.startOwn();
                S3ObjectStore store = storeWithLargeObject(own);
                Fetch fetch = store.open(LARGE, Optional.empty(), RangeSpec.from(0))) {
            own.freeze();
            assertThatThrownBy(() -> readOn(fetch))
                    .isInstanceOfSatisfying(
                            Unavailable.class, e -> assertThat(e.isTimeout()).isTrue());
            own.thaw();
            assertThat(store.head(LARGE).completeLength()).isEqualTo(LARGE_BYTES);
        }
    }

    @Test
    void abandonedFetchesHoldNoConnection() {
        try (TestBucket bucket = MinioServer.shared().createBucket();
                S3ObjectStore store = store(bucket)) {
            bucket.put("a", new byte[4 * 1024 * 1024]);
            ObjectId id = ObjectId.of("films", "a");
            // More than the maximum number of connections.
            for (int i = 0; i < 300; i++) {
                Fetch fetch = store.open(id, Optional.empty(), RangeSpec.from(i));
                if (i % 3 == 0) {
                    fetch.close();
                } else {
                    fetch.read(new byte[10], 0, 10);
                    fetch.abort();
                }
            }
            assertThat(store.head(id).completeLength()).isEqualTo(4 * 1024 * 1024);
        }
    }

    private static S3ObjectStore storeWithLargeObject(MinioServer own) {
        // The bucket is deleted with the server.
        TestBucket bucket = own.createBucket();
        bucket.put("large", new byte[LARGE_BYTES]);
        S3Timeouts timeouts =
                new S3Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(2));
        return S3ObjectStore.create(bucket.storeConfig(), timeouts, Clock.systemUTC());
    }

    private static void readOn(Fetch fetch) {
        byte[] array = new byte[64 * 1024];
        while (fetch.read(array, 0, array.length) > 0) {
            // The bytes do not matter.
        }
    }
}
