package io.rangestream.store.s3;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;

import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One bucket of S3, or a prefix of it, whatever name it is asked by. What a store answers is used
 * only if it is what was asked for: the same positions, length and entity tag. The SDK tries the
 * start of a request again, a few times; nobody here tries a body again.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int SERVER_ERROR = 500;

    private final S3Client client;
    private final S3StoreConfig config;
    private final Clock clock;

    private S3ObjectStore(S3Client client, S3StoreConfig config, Clock clock) {
        this.client = client;
        this.config = config;
        this.clock = clock;
    }

    /**
     * A store that connects when it is first asked.
     *
     * @param clock for stores whose answers have no Date
     * @throws IllegalArgumentException where there is no region, given or known to AWS's chain
     */
    public static S3ObjectStore create(S3StoreConfig config, Clock clock) {
        return create(config, S3Timeouts.DEFAULT, clock);
    }

    static S3ObjectStore create(S3StoreConfig config, S3Timeouts timeouts, Clock clock) {
        return new S3ObjectStore(S3Clients.create(config, timeouts), config, clock);
    }

    /** A GET's head and body. */
    private record Got(GetObjectResponse response, AbortableInputStream body) {}

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        if (wanted.resolve(Long.MAX_VALUE).isEmpty()) {
            // Past the end of every object, or a suffix of nothing: not every store knows that.
            return coversNothing(id, ifMatch, wanted);
        }
        Optional<String> range = rangeField(wanted);
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(config.bucket()).key(key(id));
        id.versionId().ifPresent(request::versionId);
        strong(ifMatch).ifPresent(request::ifMatch);
        range.ifPresent(request::range);
        Got got;
        try {
            got = client.getObject(request.build(), ResponseTransformer.unmanaged(Got::new));
        } catch (SdkException e) {
            if (e instanceof SdkServiceException answer
                    && answer.statusCode() == RANGE_NOT_SATISFIABLE) {
                return coversNothing(id, ifMatch, wanted);
            }
            throw S3Errors.classify(id, id.versionId().isPresent(), e);
        }
        S3Answer answer = new S3Answer(got.response.sdkHttpResponse(), clock.instant());
        if (range.isPresent() && answer.isRangeOfNothing()) {
            got.body.abort();
            return coversNothing(id, ifMatch, wanted);
        }
        try {
            return fetch(id, ifMatch, answer.extent(wanted, range.isPresent()), answer, got.body);
        } catch (ObjectStoreException e) {
            got.body.abort();
            throw e;
        }
    }

    private static Fetch fetch(
            ObjectId id,
            Optional<EntityTag> ifMatch,
            Optional<S3Answer.Extent> extent,
            S3Answer answer,
            AbortableInputStream body) {
        if (extent.isEmpty()) {
            throw new Unavailable(id, "answered other bytes than asked", null);
        }
        Representation representation = answer.representation(extent.get().completeLength());
        requireMatch(id, ifMatch, representation);
        return new S3Fetch(id, representation.withoutChecksum(), extent.get().covered(), body);
    }

    /** Asks again, for the representation alone. */
    private Fetch coversNothing(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        Representation now = head(id, ifMatch).withoutChecksum();
        if (wanted.resolve(now.completeLength()).isPresent()) {
            // Replaced since, by a longer one; or the store does not know its own length.
            throw new Changed(id, "refuses bytes that its object has");
        }
        return new S3Fetch(id, now, Optional.empty(), AbortableInputStream.createEmpty());
    }

    @Override
    public Representation head(ObjectId id) {
        return head(id, Optional.empty());
    }

    private Representation head(ObjectId id, Optional<EntityTag> ifMatch) {
        HeadObjectRequest.Builder request =
                HeadObjectRequest.builder()
                        .bucket(config.bucket())
                        .key(key(id))
                        .checksumMode(ChecksumMode.ENABLED);
        id.versionId().ifPresent(request::versionId);
        strong(ifMatch).ifPresent(request::ifMatch);
        S3Answer answer;
        try {
            answer =
                    new S3Answer(
                            client.headObject(request.build()).sdkHttpResponse(), clock.instant());
        } catch (SdkException e) {
            throw S3Errors.classify(id, id.versionId().isPresent(), e);
        }
        OptionalLong length = answer.contentLength();
        if (length.isEmpty()) {
            throw new Unavailable(id, "does not say how long the object is", null);
        }
        Representation representation = answer.representation(length.getAsLong());
        requireMatch(id, ifMatch, representation);
        return representation;
    }

    // A weak tag in If-Match never matches (RFC 9110, section 13.1.1): its text is compared here.
    private static Optional<String> strong(Optional<EntityTag> ifMatch) {
        return ifMatch.filter(tag -> !tag.weak()).map(EntityTag::toString);
    }

    private static void requireMatch(
            ObjectId id, Optional<EntityTag> ifMatch, Representation representation) {
        if (ifMatch.isEmpty() || ifMatch.equals(representation.entityTag())) {
            return;
        }
        String how = "is " + representation.entityTag() + ", not " + ifMatch.get();
        throw ifMatch.get().weak()
                ? new Changed(id, how)
                : new Unavailable(id, "answered another entity tag than asked: " + how, null);
    }

    private static Optional<String> rangeField(RangeSpec wanted) {
        return switch (wanted) {
            case RangeSpec.SuffixRange(long suffixLength) -> Optional.of("bytes=-" + suffixLength);
            case RangeSpec.IntRange(long firstPos, OptionalLong lastPos) ->
                    firstPos == 0 && lastPos.isEmpty()
                            ? Optional.empty()
                            : Optional.of("bytes=" + firstPos + "-" + lastPosText(lastPos));
        };
    }

    private static String lastPosText(OptionalLong lastPos) {
        return lastPos.isEmpty() || lastPos.getAsLong() == Long.MAX_VALUE
                ? ""
                : Long.toString(lastPos.getAsLong());
    }

    private String key(ObjectId id) {
        return config.prefix() + id.key();
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return new S3Listing(client, config).read(query);
    }

    @Override
    public void probe() {
        try {
            client.headBucket(request -> request.bucket(config.bucket()));
        } catch (SdkException e) {
            // No such bucket, or not for us: an answer all the same.
            boolean answers =
                    S3Errors.isThrottling(e)
                            || e instanceof SdkServiceException answer
                                    && answer.statusCode() < SERVER_ERROR;
            if (!answers) {
                throw S3Errors.classify(config.bucket(), false, e);
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
