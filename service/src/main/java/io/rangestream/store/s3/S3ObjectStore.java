package io.rangestream.store.s3;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One bucket of S3, or a prefix of it, whatever name it is asked by. What a store answers is used
 * only if it is what was asked for: the same positions, length and entity tag. The SDK tries the
 * start of a request again, a few times; nobody here tries a body again.
 */
public final class S3ObjectStore implements ObjectStore {
    private final S3Requests requests;
    private final S3Quirks quirks;
    private final S3Gets gets;
    private final S3Heads heads;
    private final S3StoreConfig config;
    private final S3Timeouts timeouts;

    private S3ObjectStore(
            S3Requests requests,
            S3Quirks quirks,
            S3StoreConfig config,
            S3Timeouts timeouts,
            Clock clock) {
        this.requests = requests;
        this.quirks = quirks;
        this.config = config;
        this.timeouts = timeouts;
        this.gets =
                new S3Gets(
                        requests,
                        quirks,
                        this::getRequest,
                        head -> new S3Answer(head, clock.instant()));
        this.heads =
                new S3Heads(
                        requests,
                        gets,
                        quirks,
                        this::headRequest,
                        head -> new S3Answer(head, clock.instant()));
    }

    /**
     * A store that connects when it is first asked.
     *
     * @param firstByteDeadline how long a reader waits for bytes; all time-outs are made of it
     * @param clock for stores whose answers have no Date
     * @throws IllegalArgumentException where there is no region, given or known to AWS's chain
     */
    public static S3ObjectStore create(
            S3StoreConfig config, Duration firstByteDeadline, Clock clock) {
        return create(config, S3Timeouts.of(firstByteDeadline), clock);
    }

    /** With the time-outs of the usual deadline. */
    public static S3ObjectStore create(S3StoreConfig config, Clock clock) {
        return create(config, S3Timeouts.DEFAULT, clock);
    }

    static S3ObjectStore create(S3StoreConfig config, S3Timeouts timeouts, Clock clock) {
        S3Quirks quirks = new S3Quirks(config.bucket());
        S3HttpClient http =
                S3Clients.http(config, timeouts, S3Connections.DEFAULT, quirks::acceptsGzip);
        try {
            return new S3ObjectStore(new S3Requests(config, http), quirks, config, timeouts, clock);
        } catch (RuntimeException e) {
            http.close();
            throw e;
        }
    }

    private GetObjectRequest.Builder getRequest(ObjectId id) {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(config.bucket()).key(key(id));
        id.versionId().ifPresent(request::versionId);
        return request;
    }

    private HeadObjectRequest.Builder headRequest(ObjectId id) {
        HeadObjectRequest.Builder request =
                HeadObjectRequest.builder().bucket(config.bucket()).key(key(id));
        id.versionId().ifPresent(request::versionId);
        return request;
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        if (wanted.resolve(Long.MAX_VALUE).isEmpty()) {
            // Past the end of every object, or a suffix of nothing: not every store knows that.
            return coversNothing(id, ifMatch, wanted);
        }
        boolean sendsIfMatch = !quirks.withoutIfMatch() && strong(ifMatch).isPresent();
        try {
            return open(id, ifMatch, sendsIfMatch, wanted);
        } catch (SdkException e) {
            if (S3Errors.isRangeOfNothing(e)) {
                return coversNothing(id, ifMatch, wanted);
            }
            if (sendsIfMatch && S3Errors.mayRefuseAField(e)) {
                return openWithoutIfMatch(id, ifMatch.orElseThrow(), wanted, e);
            }
            if (sendsIfMatch && S3Errors.isPreconditionFailed(e)) {
                return openAfterMismatch(id, ifMatch.orElseThrow(), wanted, e);
            }
            throw failure(id, e);
        }
    }

    private Fetch open(
            ObjectId id, Optional<EntityTag> ifMatch, boolean sendsIfMatch, RangeSpec wanted) {
        Optional<String> range = rangeField(wanted);
        boolean ranged = range.isPresent();
        Optional<EntityTag> sent = sendsIfMatch ? strong(ifMatch) : Optional.empty();
        S3Gets.Got got = gets.get(id, sent, range);
        if (got.answer().extent(wanted, ranged).isEmpty() && got.answer().mayBeRecoded()) {
            got.body().abort();
            got =
                    gets.withOtherEncoding(
                            id, sent, range, answer -> answer.extent(wanted, ranged).isPresent());
        }
        S3Answer answer = got.answer();
        if (ranged && answer.isRangeOfNothing()) {
            got.body().abort();
            return coversNothing(id, ifMatch, wanted);
        }
        try {
            Optional<S3Answer.Extent> extent = answer.extent(wanted, ranged);
            if (extent.isEmpty()) {
                throw new Unavailable(id, "answered other bytes than asked", null);
            }
            Representation representation = answer.representation(extent.get().completeLength());
            requireMatch(id, ifMatch, sendsIfMatch, representation);
            return new S3Fetch(
                    id, representation.withoutChecksum(), extent.get().covered(), got.body());
        } catch (ObjectStoreException e) {
            got.body().abort();
            throw e;
        }
    }

    /** Some stores refuse If-Match as they do any field that they don't know. */
    private Fetch openWithoutIfMatch(
            ObjectId id, EntityTag ifMatch, RangeSpec wanted, SdkException refusal) {
        Fetch fetch;
        try {
            fetch = open(id, Optional.of(ifMatch), false, wanted);
        } catch (SdkException e) {
            if (S3Errors.isRangeOfNothing(e)) {
                return coversNothing(id, Optional.of(ifMatch), wanted);
            }
            throw failure(id, refusal);
        }
        quirks.refusesIfMatch();
        return fetch;
    }

    /**
     * The object was replaced, as a rule. But some stores compare their tag wrongly, and some give
     * HEAD another tag than GET: then what GET says is the object's tag.
     */
    private Fetch openAfterMismatch(
            ObjectId id, EntityTag ifMatch, RangeSpec wanted, SdkException mismatch) {
        Representation byGet;
        try {
            byGet = heads.byGet(id);
        } catch (ObjectStoreException e) {
            throw failure(id, mismatch);
        }
        if (byGet.entityTag().equals(Optional.of(ifMatch))) {
            return openWithoutIfMatch(id, ifMatch, wanted, mismatch);
        }
        boolean hasTwoTags =
                !quirks.headByGet()
                        && heads.byHeadOnly(id)
                                .filter(head -> head.entityTag().equals(Optional.of(ifMatch)))
                                .filter(head -> isSameBut(head, byGet))
                                .isPresent();
        if (hasTwoTags) {
            quirks.hasTwoTags();
        }
        throw failure(id, mismatch);
    }

    private static boolean isSameBut(Representation head, Representation byGet) {
        return head.completeLength() == byGet.completeLength()
                && head.versionId().equals(byGet.versionId())
                && head.validators().lastModified().equals(byGet.validators().lastModified());
    }

    private RuntimeException failure(ObjectId id, SdkException e) {
        RuntimeException failure = S3Errors.classify(id, id.versionId().isPresent(), e);
        // The response to a GET does not say whether a restore is under way; that to HEAD does.
        return failure instanceof Archived archived
                ? new Archived(id, archived.storageClass(), heads.restore(id), e)
                : failure;
    }

    /** Asks again, for the representation alone. */
    private Fetch coversNothing(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        boolean sendsIfMatch = !quirks.withoutIfMatch() && !quirks.headByGet();
        Representation now =
                heads.now(id, sendsIfMatch ? strong(ifMatch) : Optional.empty()).withoutChecksum();
        requireMatch(id, ifMatch, false, now);
        if (wanted.resolve(now.completeLength()).isPresent()) {
            // Replaced since, by a longer one; or the store does not know its own length.
            throw new Changed(id, "refuses bytes that its object has");
        }
        return new S3Fetch(id, now, Optional.empty(), AbortableInputStream.createEmpty());
    }

    @Override
    public Representation head(ObjectId id) {
        return heads.now(id, Optional.empty());
    }

    // A weak tag in If-Match never matches (RFC 9110, section 13.1.1): its text is compared here.
    private static Optional<EntityTag> strong(Optional<EntityTag> ifMatch) {
        return ifMatch.filter(tag -> !tag.weak());
    }

    /**
     * Compares the tag that was asked for with the one that came.
     *
     * @param wasSent whether the store was to compare them itself, and so has sent what it must not
     */
    private static void requireMatch(
            ObjectId id,
            Optional<EntityTag> ifMatch,
            boolean wasSent,
            Representation representation) {
        if (ifMatch.isEmpty() || ifMatch.equals(representation.entityTag())) {
            return;
        }
        String how = "is " + representation.entityTag() + ", not " + ifMatch.get();
        throw wasSent
                ? new Unavailable(id, "answered another entity tag than asked: " + how, null)
                : new Changed(id, how);
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
        return new S3Listing(requests, config, timeouts, quirks).read(query);
    }

    /**
     * By HEAD of the bucket, and if that is refused, which it can't explain, by a list of one
     * object. A store that responds with "no" is there.
     */
    @Override
    public void probe() {
        HeadBucketRequest head =
                HeadBucketRequest.builder()
                        .bucket(config.bucket())
                        .overrideConfiguration(time -> time.apiCallTimeout(timeouts.probe()))
                        .build();
        try {
            requests.send(client -> client.headBucket(head));
            quirks.bucketMissing(false);
        } catch (SdkException e) {
            if (S3Errors.isThrottling(e)) {
                return;
            }
            if (S3Errors.isUnexplained(e)) {
                probeByList();
                return;
            }
            RuntimeException failure = S3Errors.classify(config.bucket(), false, e);
            if (failure instanceof NotFound) {
                quirks.bucketMissing(true);
                throw new NotFound(Missing.BUCKET, config.bucket());
            }
            throw failure;
        }
    }

    private void probeByList() {
        ListObjectsV2Request list =
                ListObjectsV2Request.builder()
                        .bucket(config.bucket())
                        .prefix(config.prefix())
                        .maxKeys(1)
                        .overrideConfiguration(time -> time.apiCallTimeout(timeouts.probe()))
                        .build();
        try {
            requests.send(client -> client.listObjectsV2(list));
            quirks.bucketMissing(false);
        } catch (SdkException e) {
            RuntimeException failure = S3Errors.classify(config.bucket(), false, e);
            boolean isMissing = failure instanceof NotFound;
            quirks.bucketMissing(isMissing);
            boolean responds =
                    failure instanceof Throttled
                            || failure instanceof Unavailable refusal && refusal.isRefusal();
            if (!responds) {
                throw failure;
            }
        }
    }

    @Override
    public void close() {
        requests.close();
    }
}
