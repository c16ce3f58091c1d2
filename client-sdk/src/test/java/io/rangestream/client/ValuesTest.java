package io.rangestream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The value classes of the public API: builders, defaults, and comparison by value. */
final class ValuesTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
    private static final StoreChecksum CHECKSUM =
            StoreChecksum.of("CRC32C", StoreChecksum.Type.FULL_OBJECT, "AAAAAA==");

    private static ObjectMetadata.Builder metadata() {
        return ObjectMetadata.builder("films", "a", 5);
    }

    @Test
    void metadataHasOnlyTheGivenProperties() {
        ObjectMetadata bare = metadata().build();
        assertThat(bare.bucket()).isEqualTo("films");
        assertThat(bare.key()).isEqualTo("a");
        assertThat(bare.completeLength()).isEqualTo(5);
        assertThat(bare.versionId()).isEmpty();
        assertThat(bare.etag()).isEmpty();
        assertThat(bare.lastModified()).isEmpty();
        assertThat(bare.contentType()).isEmpty();
        assertThat(bare.contentEncoding()).isEmpty();
        assertThat(bare.checksum()).isEmpty();
        ObjectMetadata full =
                metadata()
                        .versionId("7")
                        .etag("\"v1\"")
                        .lastModified(TIME)
                        .contentType("video/mp4")
                        .contentEncoding("gzip")
                        .checksum(CHECKSUM)
                        .build();
        assertThat(full.versionId()).hasValue("7");
        assertThat(full.etag()).hasValue("\"v1\"");
        assertThat(full.lastModified()).hasValue(TIME);
        assertThat(full.contentType()).hasValue("video/mp4");
        assertThat(full.contentEncoding()).hasValue("gzip");
        assertThat(full.checksum()).hasValue(CHECKSUM);
        assertThat(full.toString()).contains("films/a", "7", "\"v1\"", "video/mp4", "gzip", "5");
    }

    @Test
    void metadataIsComparedByAllProperties() {
        assertThat(metadata().build()).isEqualTo(metadata().build());
        assertThat(metadata().build()).hasSameHashCodeAs(metadata().build());
        assertThat(metadata().build())
                .isNotEqualTo(ObjectMetadata.builder("films", "a", 6).build());
        Stream.<UnaryOperator<ObjectMetadata.Builder>>of(
                        with -> with.versionId("7"),
                        with -> with.etag("\"v1\""),
                        with -> with.lastModified(TIME),
                        with -> with.contentType("video/mp4"),
                        with -> with.contentEncoding("gzip"),
                        with -> with.checksum(CHECKSUM))
                .forEach(
                        property -> {
                            ObjectMetadata other = property.apply(metadata()).build();
                            assertThat(other).isNotEqualTo(metadata().build());
                            assertThat(other).isEqualTo(property.apply(metadata()).build());
                        });
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void rejectsNegativeLength(long length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectMetadata.builder("films", "a", length));
        assertThatIllegalArgumentException().isThrownBy(() -> ListedObject.builder("a", length));
    }

    @Test
    void listEntryIsAnObjectOrACommonPrefix() {
        ListedObject object =
                ListedObject.builder("a", 5).etag("\"v1\"").lastModified(TIME).build();
        assertThat(object.name()).isEqualTo("a");
        assertThat(object.object()).hasValue(object);
        assertThat(object)
                .isEqualTo(ListedObject.builder("a", 5).etag("\"v1\"").lastModified(TIME).build());
        assertThat(object).isNotEqualTo(ListedObject.builder("a", 5).build());
        assertThat(object.toString()).contains("a", "5", "\"v1\"");
        CommonPrefix prefix = CommonPrefix.of("b/");
        assertThat(prefix.name()).isEqualTo("b/");
        assertThat(prefix.object()).isEmpty();
        assertThat(prefix)
                .isEqualTo(CommonPrefix.of("b/"))
                .hasSameHashCodeAs(CommonPrefix.of("b/"));
        assertThat(prefix).isNotEqualTo(CommonPrefix.of("c/")).hasToString("CommonPrefix[b/]");
    }

    @Test
    void optionsAreComparedByValue() {
        ReadOptions read = ReadOptions.defaults().withDeadline(Duration.ofSeconds(2));
        assertThat(read).isEqualTo(ReadOptions.defaults().withDeadline(Duration.ofSeconds(2)));
        assertThat(read).isNotEqualTo(ReadOptions.defaults());
        assertThat(read).hasToString("ReadOptions[deadline=PT2S]");
        DownloadOptions download = DownloadOptions.defaults();
        assertThat(download.parts()).isEqualTo(4);
        assertThat(download.resume()).isTrue();
        assertThat(download.withParts(8).parts()).isEqualTo(8);
        assertThat(download.withParts(8)).isEqualTo(download.withParts(8));
        assertThat(download.withParts(8)).isNotEqualTo(download);
        assertThat(download.withResume(false)).isNotEqualTo(download);
        assertThat(download.withParts(8)).hasToString("DownloadOptions[parts=8, resume=true]");
    }
}
