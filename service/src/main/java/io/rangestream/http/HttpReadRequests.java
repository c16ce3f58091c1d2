package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.rangestream.condition.EntityTag;
import io.rangestream.condition.IfRange;
import io.rangestream.condition.Preconditions;
import io.rangestream.condition.TagCondition;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.stream.ReadRequest;
import io.rangestream.stream.ReadRequest.Wanted;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Parses requests for objects; decides nothing. */
final class HttpReadRequests {
    /** What stands before bucket and key. */
    static final String PATH_PREFIX = "/objects/";

    private static final String VERSION_PARAMETER = "versionId";
    private static final String DOWNLOAD_PARAMETER = "download";

    private final Clock clock;
    private final OptionalLong maxResponseBytes;

    /**
     * Reads dates by {@code clock}.
     *
     * @param maxResponseBytes how long a single range without an end becomes; at least 1
     */
    HttpReadRequests(Clock clock, OptionalLong maxResponseBytes) {
        this.clock = clock;
        this.maxResponseBytes = maxResponseBytes;
    }

    /**
     * The request as a value.
     *
     * @throws NotFound where bucket or key is empty
     * @throws InvalidRequestException where key or version can't be read
     */
    ReadRequest parse(ServerRequest request) {
        ServerRequestHeaders headers = request.headers();
        return new ReadRequest(
                objectId(request),
                range(headers),
                preconditions(headers),
                request.prologue().method().equals(Method.HEAD) ? Wanted.STAT : Wanted.BYTES,
                wantsStoreAsked(headers),
                request.remotePeer().host());
    }

    /** The peer's own cache directives; of those only this one is about us (RFC 9111, 5.2.1.4). */
    private static boolean wantsStoreAsked(ServerRequestHeaders headers) {
        return headers.contains(HeaderNames.CACHE_CONTROL)
                && lines(headers, HeaderNames.CACHE_CONTROL).stream()
                        .flatMap(line -> Arrays.stream(line.split(",", -1)))
                        .anyMatch(directive -> directive.strip().equalsIgnoreCase("no-cache"));
    }

    /** The raw target is split at the bucket's slash first, and decoded after. */
    private static ObjectId objectId(ServerRequest request) {
        String raw = RawTarget.path(request).substring(PATH_PREFIX.length());
        int slash = raw.indexOf('/');
        String rawBucket = slash < 0 ? raw : raw.substring(0, slash);
        String rawKey = slash < 0 ? "" : raw.substring(slash + 1);
        String key = decode("key", rawKey);
        String bucket = decode("bucket", rawBucket);
        if (bucket.isEmpty() || bucket.chars().anyMatch(Character::isISOControl)) {
            throw new NotFound(Missing.BUCKET, "an ill-formed bucket");
        }
        if (key.isEmpty()) {
            throw new NotFound(Missing.OBJECT, bucket + "/");
        }
        ObjectId.keyViolation(key)
                .ifPresent(
                        violation -> {
                            throw new InvalidRequestException("key", violation);
                        });
        return new ObjectId(bucket, key, versionId(request));
    }

    /**
     * The name to keep the object under, where the peer wants to: the parameter's, or the key's.
     *
     * @throws InvalidRequestException where it can't be read
     */
    static Optional<String> downloadName(ServerRequest request, ObjectId id) {
        List<String> values =
                QueryParameters.all(request.prologue().query().rawValue(), DOWNLOAD_PARAMETER);
        return values.stream()
                .findFirst()
                .map(raw -> decode(DOWNLOAD_PARAMETER, raw))
                .map(name -> name.isEmpty() ? Attachment.nameOf(id.key()) : name);
    }

    private static Optional<String> versionId(ServerRequest request) {
        List<String> values =
                QueryParameters.all(request.prologue().query().rawValue(), VERSION_PARAMETER);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        String versionId = decode(VERSION_PARAMETER, values.getFirst());
        if (values.size() > 1 || versionId.isEmpty()) {
            throw new InvalidRequestException(VERSION_PARAMETER, "is empty or repeated");
        }
        return Optional.of(versionId);
    }

    private static String decode(String field, String raw) {
        return PercentDecoding.decode(raw)
                .orElseThrow(
                        () ->
                                new InvalidRequestException(
                                        field, "has a bad percent escape or is not UTF-8"));
    }

    /** Only one field line can be a range; what can't be read is ignored (our choice K1). */
    private Optional<RangesSpecifier> range(ServerRequestHeaders headers) {
        return singleLine(headers, HeaderNames.RANGE)
                .flatMap(RangesSpecifier::parse)
                .map(this::shortened);
    }

    private RangesSpecifier shortened(RangesSpecifier asked) {
        if (maxResponseBytes.isPresent()
                && asked.rangeSet().size() == 1
                && asked.rangeSet().getFirst()
                        instanceof RangeSpec.IntRange(long firstPos, OptionalLong lastPos)
                && lastPos.isEmpty()
                && firstPos <= Long.MAX_VALUE - maxResponseBytes.getAsLong()) {
            long last = firstPos + maxResponseBytes.getAsLong() - 1;
            return new RangesSpecifier(List.of(RangeSpec.of(firstPos, last)));
        }
        return asked;
    }

    private Preconditions preconditions(ServerRequestHeaders headers) {
        return new Preconditions(
                tagCondition(headers, HeaderNames.IF_MATCH),
                date(headers, HeaderNames.IF_UNMODIFIED_SINCE),
                tagCondition(headers, HeaderNames.IF_NONE_MATCH),
                date(headers, HeaderNames.IF_MODIFIED_SINCE),
                ifRange(headers));
    }

    /** Several lines are one list (RFC 9110, section 5.3). */
    private static Optional<TagCondition> tagCondition(
            ServerRequestHeaders headers, HeaderName name) {
        return headers.contains(name)
                ? Optional.of(TagCondition.parse(String.join(", ", lines(headers, name))))
                : Optional.empty();
    }

    private Optional<Instant> date(ServerRequestHeaders headers, HeaderName name) {
        return singleLine(headers, name).flatMap(this::parseDate);
    }

    private Optional<Instant> parseDate(String text) {
        return HttpDates.parse(text, clock.instant());
    }

    private Optional<IfRange> ifRange(ServerRequestHeaders headers) {
        // Without a Range field it is ignored (section 13.1.5).
        if (!headers.contains(HeaderNames.IF_RANGE) || !headers.contains(HeaderNames.RANGE)) {
            return Optional.empty();
        }
        Optional<String> line = singleLine(headers, HeaderNames.IF_RANGE);
        Optional<IfRange> tag = line.flatMap(EntityTag::parse).map(IfRange.Tag::new);
        Optional<IfRange> date = line.flatMap(this::parseDate).map(IfRange.Date::new);
        return tag.or(() -> date).or(() -> Optional.of(new IfRange.Malformed()));
    }

    private static Optional<String> singleLine(ServerRequestHeaders headers, HeaderName name) {
        List<String> lines = lines(headers, name);
        return lines.size() == 1 ? Optional.of(lines.getFirst()) : Optional.empty();
    }

    private static List<String> lines(ServerRequestHeaders headers, HeaderName name) {
        return headers.all(name, List::of);
    }
}
