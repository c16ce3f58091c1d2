package io.rangestream.store.s3;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The header fields of a response that are passed on to the SDK: those that are used, in a format
 * that the SDK's unmarshaller can read. It fails the whole response if any field of its model has
 * the wrong type ({@code x-amz-missing-meta:} without a number, a Last-Modified in ISO 8601), even
 * a field that is not used.
 */
final class S3Fields {
    private static final Set<String> PASSED =
            Set.of(
                    "accept-ranges",
                    "cache-control",
                    "connection",
                    "content-disposition",
                    "content-encoding",
                    "content-language",
                    "content-range",
                    "content-type",
                    "etag",
                    "expires",
                    "location",
                    "retry-after",
                    "transfer-encoding",
                    "warning",
                    "x-amz-archive-status",
                    "x-amz-bucket-region",
                    "x-amz-checksum-crc32",
                    "x-amz-checksum-crc32c",
                    "x-amz-checksum-crc64nvme",
                    "x-amz-checksum-sha1",
                    "x-amz-checksum-sha256",
                    "x-amz-checksum-type",
                    "x-amz-id-2",
                    "x-amz-request-id",
                    "x-amz-restore",
                    "x-amz-storage-class",
                    "x-amz-version-id");
    private static final String LENGTH = "[0-9]{1,18}";

    private S3Fields() {}

    /** The value to pass on; empty if the field is dropped. */
    static Optional<String> passed(String name, String value) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "content-length" -> Optional.of(value).filter(text -> text.matches(LENGTH));
            case "last-modified", "date" -> S3Dates.parse(value).map(S3Fields::format);
            case String lower -> Optional.of(value).filter(_ -> PASSED.contains(lower));
        };
    }

    private static String format(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
}
