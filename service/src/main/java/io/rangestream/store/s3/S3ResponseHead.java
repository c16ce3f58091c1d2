package io.rangestream.store.s3;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.ByteRange;
import io.rangestream.range.ContentRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import software.amazon.awssdk.http.SdkHttpResponse;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The head of a response to GET or HEAD. It is read from the header fields as they were received,
 * because some stores send values that the SDK's model can't hold.
 *
 * @param head the header fields
 * @param receivedAt the time of a response without a Date field
 */
record S3ResponseHead(SdkHttpResponse head, Instant receivedAt) {
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");
    private static final String RESTORED = "ongoing-request=\"false\"";

    /** Much longer than the tag of any store. A tag is cached for as long as the object. */
    private static final int MAX_TAG_CHARS = 1024;

    /** The state of a restore has a flag and a date. */
    private static final int MAX_STATE_CHARS = 256;

    /** The ids of S3 have 32 characters; its documentation allows 1,024 bytes. */
    private static final int MAX_VERSION_CHARS = 1024;

    private static final List<String> CHECKSUMS =
            List.of("CRC64NVME", "CRC32C", "CRC32", "SHA256", "SHA1");

    /** The positions that a body covers, and the length of the whole object. */
    record Extent(Optional<ByteRange> covered, long completeLength) {}

    /**
     * The extent of the body; empty if it is not exactly the requested one.
     *
     * @param ranged whether the request had a Range field
     */
    Optional<Extent> extent(RangeSpec wanted, boolean ranged) {
        OptionalLong length = contentLength();
        if (head.statusCode() != (ranged ? PARTIAL_CONTENT : OK)) {
            return Optional.empty();
        }
        if (!ranged) {
            return length.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Extent(wanted.resolve(length.getAsLong()), length.getAsLong()));
        }
        // A chunked response has no Content-Length; Content-Range is enough.
        return contentRange()
                .map(range -> new Extent(range.range(), range.completeLength()))
                .filter(extent -> extent.covered.isPresent())
                .filter(extent -> extent.covered.equals(wanted.resolve(extent.completeLength)))
                .filter(
                        extent ->
                                length.isEmpty()
                                        || extent.covered.get().length() == length.getAsLong());
    }

    Optional<ContentRange> contentRange() {
        return field("Content-Range").flatMap(ContentRange::parse);
    }

    boolean isPartial() {
        return head.statusCode() == PARTIAL_CONTENT;
    }

    /** Whether a proxy of the store may have changed the content coding, or omitted the length. */
    boolean mayBeRecoded() {
        return contentLength().isEmpty() || field("Warning").isPresent();
    }

    /** Whether the object is archived and has no restored copy, according to its storage class. */
    boolean isArchived() {
        boolean inArchive =
                storageClass().filter(ARCHIVES::contains).isPresent()
                        || field("x-amz-archive-status").isPresent();
        return inArchive && restore().filter(state -> state.contains(RESTORED)).isEmpty();
    }

    Optional<String> storageClass() {
        return field("x-amz-storage-class").filter(S3ResponseHead::isShort);
    }

    /** The state of a restore, for example {@code ongoing-request="true"}. */
    Optional<String> restore() {
        return field("x-amz-restore").filter(S3ResponseHead::isShort);
    }

    // The value is sent to clients in error details.
    private static boolean isShort(String value) {
        return value.length() <= MAX_STATE_CHARS
                && value.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Whether this is MinIO's response to a range of an empty object: {@code bytes 0--1/0}. */
    boolean isEmptyRange() {
        return head.statusCode() == PARTIAL_CONTENT
                && field("Content-Range").filter(range -> range.endsWith("/0")).isPresent();
    }

    /** The length of the body, or for a HEAD the length of the object. */
    OptionalLong contentLength() {
        return field("Content-Length")
                .filter(value -> value.matches("[0-9]{1,18}"))
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }

    /**
     * The entity tag. Some stores omit its quotes. A value that can't be a tag is treated as
     * absent.
     */
    Optional<EntityTag> entityTag() {
        return field("ETag").flatMap(S3ResponseHead::parseTag);
    }

    static Optional<EntityTag> parseTag(String text) {
        if (text.length() > MAX_TAG_CHARS) {
            return Optional.empty();
        }
        Optional<EntityTag> tag = EntityTag.parse(text);
        return tag.isPresent() || text.isEmpty() || text.contains("\"")
                ? tag
                : EntityTag.parse('"' + text + '"');
    }

    Representation representation(long completeLength) {
        return new Representation(
                completeLength,
                new Validators(entityTag(), date("Last-Modified"), date("Date").orElse(receivedAt)),
                field("x-amz-version-id").filter(id -> id.length() <= MAX_VERSION_CHARS),
                new StoredFields(
                        field("Content-Type"),
                        field("Content-Encoding"),
                        field("Content-Language"),
                        field("Content-Disposition"),
                        field("Cache-Control"),
                        field("Expires")),
                checksum());
    }

    private Optional<Representation.Checksum> checksum() {
        return CHECKSUMS.stream()
                .flatMap(
                        algorithm ->
                                field("x-amz-checksum-" + algorithm).stream()
                                        .map(value -> checksum(algorithm, value)))
                .findFirst();
    }

    private Representation.Checksum checksum(String algorithm, String value) {
        Representation.Checksum.Type type =
                switch (field("x-amz-checksum-type").orElse("")) {
                    case "FULL_OBJECT" -> Representation.Checksum.Type.FULL_OBJECT;
                    case "COMPOSITE" -> Representation.Checksum.Type.COMPOSITE;
                    default -> Representation.Checksum.Type.UNSPECIFIED;
                };
        return new Representation.Checksum(algorithm, type, value);
    }

    private Optional<Instant> date(String name) {
        return field(name).flatMap(S3Dates::parse);
    }

    private Optional<String> field(String name) {
        return head.firstMatchingHeader(name);
    }
}
