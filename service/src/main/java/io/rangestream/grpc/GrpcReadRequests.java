package io.rangestream.grpc;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Preconditions;
import io.rangestream.condition.TagCondition;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.stream.InvalidRequestException.Violation;
import io.rangestream.stream.ReadRequest;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.RangeRead;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadSpec;
import io.rangestream.v1.StatObjectRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses read requests into values of {@code stream}. Reports every invalid field, not only the
 * first. Used by the services and by BidiReadRange calls; an instance collects the violations of
 * one request.
 */
public final class GrpcReadRequests {
    private static final int MIN_CHUNK_BYTES = 4 * 1024;
    private static final int MAX_CHUNK_BYTES = 2 * 1024 * 1024;
    private static final int DEFAULT_CHUNK_BYTES = 256 * 1024;

    private final List<Violation> violations = new ArrayList<>();

    private GrpcReadRequests() {}

    /**
     * A read and the size of its chunks.
     *
     * @param maxChunkBytes the largest chunk, in bytes: 4 KiB to 2 MiB
     */
    public record ChunkedRead(ReadRequest request, int maxChunkBytes) {}

    /**
     * Parses the request of ReadRange.
     *
     * @throws InvalidRequestException if a field is invalid
     */
    static ChunkedRead parse(ReadRangeRequest request) {
        GrpcReadRequests parsing = new GrpcReadRequests();
        ReadSpec spec = spec(request);
        parsing.checkName(spec.getBucket(), spec.getKey(), version(spec));
        Optional<RangesSpecifier> range = parsing.range(request);
        Opening opening = parsing.opening(spec);
        parsing.throwIfAny();
        return new ChunkedRead(
                new ReadRequest(id(spec), range, opening.preconditions(), false),
                opening.maxChunkBytes());
    }

    /**
     * Parses the request of StatObject.
     *
     * @throws InvalidRequestException if a field is invalid
     */
    static ReadRequest parse(StatObjectRequest request) {
        GrpcReadRequests parsing = new GrpcReadRequests();
        Optional<String> version =
                request.hasVersionId() ? Optional.of(request.getVersionId()) : Optional.empty();
        parsing.checkName(request.getBucket(), request.getKey(), version);
        parsing.throwIfAny();
        ObjectId id = new ObjectId(request.getBucket(), request.getKey(), version);
        return new ReadRequest(id, Optional.empty(), Preconditions.NONE, true);
    }

    /**
     * Parses the {@code open} message of BidiReadRange.
     *
     * @throws InvalidRequestException if a field is invalid
     */
    public static ChunkedRead parse(ReadSpec spec) {
        GrpcReadRequests parsing = new GrpcReadRequests();
        parsing.checkName(spec.getBucket(), spec.getKey(), version(spec));
        Opening opening = parsing.opening(spec);
        parsing.throwIfAny();
        return new ChunkedRead(
                ReadRequest.toPin(id(spec), opening.preconditions()), opening.maxChunkBytes());
    }

    /** The fields that ReadRange shares with the {@code open} of BidiReadRange. */
    private static ReadSpec spec(ReadRangeRequest request) {
        ReadSpec.Builder spec =
                ReadSpec.newBuilder().setBucket(request.getBucket()).setKey(request.getKey());
        if (request.hasVersionId()) {
            spec.setVersionId(request.getVersionId());
        }
        if (request.hasIfMatch()) {
            spec.setIfMatch(request.getIfMatch());
        }
        if (request.hasMaxChunkBytes()) {
            spec.setMaxChunkBytes(request.getMaxChunkBytes());
        }
        return spec.build();
    }

    private record Opening(Preconditions preconditions, int maxChunkBytes) {}

    private Opening opening(ReadSpec spec) {
        return new Opening(preconditions(spec), maxChunkBytes(spec));
    }

    private static Optional<String> version(ReadSpec spec) {
        return spec.hasVersionId() ? Optional.of(spec.getVersionId()) : Optional.empty();
    }

    /** Must be called only without violations: ObjectId rejects invalid names. */
    private static ObjectId id(ReadSpec spec) {
        return new ObjectId(spec.getBucket(), spec.getKey(), version(spec));
    }

    /**
     * Parses one range of BidiReadRange.
     *
     * @throws InvalidRequestException if a field is invalid
     */
    public static RangeSpec parse(RangeRead read) {
        GrpcReadRequests parsing = new GrpcReadRequests();
        Optional<RangeSpec> range =
                switch (read.getRangeCase()) {
                    case RANGE_NOT_SET -> Optional.of(RangeSpec.from(0));
                    case INT_RANGE -> parsing.intRange(read.getIntRange());
                    case SUFFIX_RANGE ->
                            parsing.suffixRange(read.getSuffixRange().getSuffixLength());
                };
        parsing.throwIfAny();
        return range.orElseThrow();
    }

    /**
     * Checks the bucket of ListObjects.
     *
     * @throws InvalidRequestException if it is empty
     */
    static String bucket(String bucket) {
        GrpcReadRequests parsing = new GrpcReadRequests();
        parsing.checkBucket(bucket);
        parsing.throwIfAny();
        return bucket;
    }

    private void checkName(String bucket, String key, Optional<String> version) {
        checkBucket(bucket);
        if (key.isEmpty()) {
            violation("key", "is empty");
        } else {
            ObjectId.keyViolation(key).ifPresent(what -> violation("key", what));
        }
        version.filter(String::isEmpty).ifPresent(_ -> violation("version_id", "is empty"));
    }

    private void checkBucket(String bucket) {
        if (bucket.isEmpty()) {
            violation("bucket", "is empty");
        }
    }

    private Optional<RangesSpecifier> range(ReadRangeRequest request) {
        return switch (request.getRangeCase()) {
            case RANGE_NOT_SET -> Optional.empty();
            case INT_RANGE -> intRange(request.getIntRange()).map(RangesSpecifier::of);
            case SUFFIX_RANGE ->
                    suffixRange(request.getSuffixRange().getSuffixLength())
                            .map(RangesSpecifier::of);
        };
    }

    private Optional<RangeSpec> intRange(IntRange range) {
        boolean firstIsNegative = range.getFirstPos() < 0;
        if (firstIsNegative) {
            violation("int_range.first_pos", "is negative");
        }
        if (range.hasLastPos() && range.getLastPos() < 0) {
            violation("int_range.last_pos", "is negative");
            return Optional.empty();
        }
        if (firstIsNegative) {
            return Optional.empty();
        }
        if (!range.hasLastPos()) {
            return Optional.of(RangeSpec.from(range.getFirstPos()));
        }
        if (range.getLastPos() < range.getFirstPos()) {
            violation("int_range.last_pos", "is before first_pos");
            return Optional.empty();
        }
        return Optional.of(RangeSpec.of(range.getFirstPos(), range.getLastPos()));
    }

    private Optional<RangeSpec> suffixRange(long suffixLength) {
        if (suffixLength < 0) {
            violation("suffix_range.suffix_length", "is negative");
            return Optional.empty();
        }
        return Optional.of(RangeSpec.suffix(suffixLength));
    }

    private Preconditions preconditions(ReadSpec spec) {
        if (!spec.hasIfMatch()) {
            return Preconditions.NONE;
        }
        Optional<EntityTag> tag = EntityTag.parse(spec.getIfMatch()).filter(t -> !t.weak());
        if (tag.isEmpty()) {
            violation("if_match", "is not one strong entity tag with its quotes");
            return Preconditions.NONE;
        }
        return Preconditions.ifMatch(new TagCondition.OneOf(List.of(tag.get())));
    }

    private int maxChunkBytes(ReadSpec spec) {
        if (!spec.hasMaxChunkBytes()) {
            return DEFAULT_CHUNK_BYTES;
        }
        if (spec.getMaxChunkBytes() <= 0) {
            violation("max_chunk_bytes", "is not positive");
        }
        return Math.clamp(spec.getMaxChunkBytes(), MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
    }

    private void violation(String field, String description) {
        violations.add(new Violation(field, description));
    }

    private void throwIfAny() {
        if (!violations.isEmpty()) {
            throw new InvalidRequestException(violations);
        }
    }
}
