package io.rangestream.store.s3;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.ByteRange;
import io.rangestream.range.ContentRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Representation;
import io.rangestream.store.StoreChecksum;
import io.rangestream.store.StoredFields;

import software.amazon.awssdk.http.SdkHttpResponse;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The head of an answer to GET or HEAD, read from its fields as they came over the wire: both have
 * the same, and some stores write what the SDK's model can't hold.
 *
 * @param answeredAt for a store whose answers have no Date
 */
record S3Answer(SdkHttpResponse head, Instant answeredAt) {
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final List<String> CHECKSUMS =
            List.of("CRC64NVME", "CRC32C", "CRC32", "SHA256", "SHA1");

    /** What an answer's body holds, and of how long an object. */
    record Extent(Optional<ByteRange> covered, long completeLength) {}

    /**
     * What the body holds; empty where that is not exactly what was asked for.
     *
     * @param ranged whether the request had a Range field
     */
    Optional<Extent> extent(RangeSpec wanted, boolean ranged) {
        OptionalLong length = contentLength();
        if (length.isEmpty() || head.statusCode() != (ranged ? PARTIAL_CONTENT : OK)) {
            return Optional.empty();
        }
        if (!ranged) {
            long completeLength = length.getAsLong();
            return Optional.of(new Extent(wanted.resolve(completeLength), completeLength));
        }
        return field("Content-Range")
                .flatMap(ContentRange::parse)
                .map(range -> new Extent(range.range(), range.completeLength()))
                .filter(extent -> extent.covered.isPresent())
                .filter(extent -> extent.covered.equals(wanted.resolve(extent.completeLength)))
                .filter(extent -> extent.covered.get().length() == length.getAsLong());
    }

    /** Whether this is MinIO's answer to a range of an empty object: {@code bytes 0--1/0}. */
    boolean isRangeOfNothing() {
        return head.statusCode() == PARTIAL_CONTENT
                && field("Content-Range").filter(range -> range.endsWith("/0")).isPresent();
    }

    /** How long the body is; of a HEAD's answer, the object. */
    OptionalLong contentLength() {
        return field("Content-Length")
                .filter(value -> value.matches("[0-9]{1,18}"))
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }

    /** The entity tag. Some stores forget its quotes; what can't be a tag at all is none. */
    Optional<EntityTag> entityTag() {
        return field("ETag").flatMap(S3Answer::parseTag);
    }

    static Optional<EntityTag> parseTag(String text) {
        Optional<EntityTag> tag = EntityTag.parse(text);
        return tag.isPresent() || text.isEmpty() || text.contains("\"")
                ? tag
                : EntityTag.parse('"' + text + '"');
    }

    Representation representation(long completeLength) {
        return new Representation(
                completeLength,
                new Validators(entityTag(), date("Last-Modified"), date("Date").orElse(answeredAt)),
                field("x-amz-version-id"),
                new StoredFields(
                        field("Content-Type"),
                        field("Content-Encoding"),
                        field("Content-Language"),
                        field("Content-Disposition"),
                        field("Cache-Control"),
                        field("Expires")),
                checksum());
    }

    private Optional<StoreChecksum> checksum() {
        return CHECKSUMS.stream()
                .flatMap(
                        algorithm ->
                                field("x-amz-checksum-" + algorithm).stream()
                                        .map(value -> checksum(algorithm, value)))
                .findFirst();
    }

    private StoreChecksum checksum(String algorithm, String value) {
        StoreChecksum.Type type =
                switch (field("x-amz-checksum-type").orElse("")) {
                    case "FULL_OBJECT" -> StoreChecksum.Type.FULL_OBJECT;
                    case "COMPOSITE" -> StoreChecksum.Type.COMPOSITE;
                    default -> StoreChecksum.Type.UNSPECIFIED;
                };
        return new StoreChecksum(algorithm, type, value);
    }

    private Optional<Instant> date(String name) {
        try {
            return field(name).map(DateTimeFormatter.RFC_1123_DATE_TIME::parse).map(Instant::from);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private Optional<String> field(String name) {
        return head.firstMatchingHeader(name);
    }
}
