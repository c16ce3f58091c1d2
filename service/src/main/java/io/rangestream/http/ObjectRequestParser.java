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
import io.rangestream.http.field.Attachment;
import io.rangestream.http.field.HttpDates;
import io.rangestream.http.uri.PercentDecoding;
import io.rangestream.http.uri.QueryParameters;
import io.rangestream.http.uri.RawTarget;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.stream.ReadRequest;
import io.rangestream.stream.ReadRequest.Wanted;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Parses requests for objects into {@link ReadRequest}s; makes no decision about the response. Used
 * by {@link HttpRangeService}. Immutable.
 */
final class ObjectRequestParser {
    /** The raw path before bucket and key. */
    static final String PATH_PREFIX = "/objects/";

    private static final String VERSION_PARAMETER = "version-id";
    // S3's spelling.
    private static final String VERSION_ALIAS = "versionId";

    private static final String DOWNLOAD_PARAMETER = "download";

    private final Clock clock;
    private final OptionalLong maxResponseBytes;

    /**
     * Creates a parser.
     *
     * @param clock gives the time by which a date with a two-digit year is read
     * @param maxResponseBytes the length to which a single range without an end is shortened; at
     *     least 1
     */
    ObjectRequestParser(Clock clock, OptionalLong maxResponseBytes) {
        this.clock = clock;
        this.maxResponseBytes = maxResponseBytes;
    }

    /**
     * Parses a request.
     *
     * @throws NotFound if bucket or key is empty
     * @throws InvalidRequestException if key or version is malformed
     */
    ReadRequest parse(ServerRequest request) {
        ServerRequestHeaders headers = request.headers();
        return new ReadRequest(
                objectId(request),
                range(headers),
                preconditions(headers),
                request.prologue().method().equals(Method.HEAD) ? Wanted.STAT : Wanted.BYTES,
                requestsRevalidation(headers),
                request.remotePeer().host());
    }

    /**
     * Whether the client asks for revalidation at the store. Of the request's cache directives only
     * {@code no-cache} concerns this server (RFC 9111, section 5.2.1.4).
     */
    private static boolean requestsRevalidation(ServerRequestHeaders headers) {
        return headers.contains(HeaderNames.CACHE_CONTROL)
                && lines(headers, HeaderNames.CACHE_CONTROL).stream()
                        .flatMap(line -> Arrays.stream(line.split(",", -1)))
                        .anyMatch(directive -> directive.strip().equalsIgnoreCase("no-cache"));
    }

    /** Splits the raw target at the first slash, then decodes both parts. */
    private static ObjectId objectId(ServerRequest request) {
        String raw = RawTarget.path(request).substring(PATH_PREFIX.length());
        int slash = raw.indexOf('/');
        String rawBucket = slash < 0 ? raw : raw.substring(0, slash);
        String rawKey = slash < 0 ? "" : raw.substring(slash + 1);
        String key = decode("key", rawKey);
        String bucket = decode("bucket", rawBucket);
        if (bucket.isEmpty() || bucket.chars().anyMatch(Character::isISOControl)) {
            throw new NotFound(Missing.BUCKET, "a malformed bucket name");
        }
        if (key.isEmpty()) {
            throw new NotFound(Missing.OBJECT, bucket + "/");
        }
        ObjectId.keyViolation(key)
                .ifPresent(
                        violation -> {
                            throw new InvalidRequestException("key", violation);
                        });
        return new ObjectId(bucket, key, versionId(request.prologue().query().rawValue()));
    }

    /**
     * The file name for Content-Disposition, if the client asks for a download: the value of the
     * parameter, or the last segment of the key.
     *
     * @throws InvalidRequestException if the parameter is malformed
     */
    static Optional<String> downloadName(ServerRequest request, ObjectId id) {
        List<String> values =
                QueryParameters.all(request.prologue().query().rawValue(), DOWNLOAD_PARAMETER);
        return values.stream()
                .findFirst()
                .map(raw -> decode(DOWNLOAD_PARAMETER, raw))
                .map(name -> name.isEmpty() ? Attachment.nameOf(id.key()) : name);
    }

    /**
     * The version that a query names, by either of the two parameter names.
     *
     * @throws InvalidRequestException if it is malformed, empty or repeated, or if the two names
     *     have different values
     */
    static Optional<String> versionId(@Nullable String rawQuery) {
        Optional<String> version = parameter(rawQuery, VERSION_PARAMETER);
        Optional<String> alias = parameter(rawQuery, VERSION_ALIAS);
        if (version.isPresent() && alias.isPresent()) {
            throw new InvalidRequestException(
                    VERSION_PARAMETER,
                    version.equals(alias)
                            ? "is empty or repeated"
                            : "and " + VERSION_ALIAS + " have different values");
        }
        return version.or(() -> alias);
    }

    private static Optional<String> parameter(@Nullable String rawQuery, String name) {
        List<String> values = QueryParameters.all(rawQuery, name);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        String value = decode(name, values.getFirst());
        if (values.size() > 1 || value.isEmpty()) {
            throw new InvalidRequestException(name, "is empty or repeated");
        }
        return Optional.of(value);
    }

    private static String decode(String field, String raw) {
        return PercentDecoding.decode(raw)
                .orElseThrow(
                        () ->
                                new InvalidRequestException(
                                        field, "has a bad percent escape or is not UTF-8"));
    }

    /** Reads the Range field. Repeated and malformed fields are ignored (our choice K1). */
    private Optional<RangesSpecifier> range(ServerRequestHeaders headers) {
        return singleLine(headers, HeaderNames.RANGE)
                .flatMap(RangesSpecifier::parse)
                .map(this::shortened);
    }

    private RangesSpecifier shortened(RangesSpecifier specifier) {
        if (maxResponseBytes.isPresent()
                && specifier.rangeSet().size() == 1
                && specifier.rangeSet().getFirst()
                        instanceof RangeSpec.IntRange(long firstPos, OptionalLong lastPos)
                && lastPos.isEmpty()
                && firstPos <= Long.MAX_VALUE - maxResponseBytes.getAsLong()) {
            long last = firstPos + maxResponseBytes.getAsLong() - 1;
            return new RangesSpecifier(List.of(RangeSpec.of(firstPos, last)));
        }
        return specifier;
    }

    private Preconditions preconditions(ServerRequestHeaders headers) {
        return new Preconditions(
                tagCondition(headers, HeaderNames.IF_MATCH),
                date(headers, HeaderNames.IF_UNMODIFIED_SINCE),
                tagCondition(headers, HeaderNames.IF_NONE_MATCH),
                date(headers, HeaderNames.IF_MODIFIED_SINCE),
                ifRange(headers));
    }

    /** Field lines of one name form one list (RFC 9110, section 5.3). */
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
        // If-Range is ignored without a Range field (RFC 9110, section 13.1.5).
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
