package io.rangestream.store.s3;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.ContentRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Metadata of one bucket's objects: by HEAD, or by a GET of one byte if HEAD does not tell. The
 * response to a HEAD has no body, so it can't say why it is a 403 or a 400; and it says neither
 * whether an archived object can be read, nor a length if the store sends it in chunks. A client
 * gets the same outcome whether it asks for an object's metadata or for its bytes. Safe for many
 * threads.
 */
final class S3Heads {
    private static final String FIRST_BYTE = "bytes=0-0";

    private final S3Requests requests;
    private final S3Gets gets;
    private final S3Quirks quirks;
    private final Function<ObjectId, HeadObjectRequest.Builder> toRequest;
    private final Function<software.amazon.awssdk.http.SdkHttpResponse, S3Answer> toAnswer;

    S3Heads(
            S3Requests requests,
            S3Gets gets,
            S3Quirks quirks,
            Function<ObjectId, HeadObjectRequest.Builder> toRequest,
            Function<software.amazon.awssdk.http.SdkHttpResponse, S3Answer> toAnswer) {
        this.requests = requests;
        this.gets = gets;
        this.quirks = quirks;
        this.toRequest = toRequest;
        this.toAnswer = toAnswer;
    }

    /** The object as it is now. */
    Representation now(ObjectId id, Optional<EntityTag> ifMatch) {
        if (quirks.headByGet()) {
            return byGet(id);
        }
        S3Answer answer;
        try {
            answer = head(id, ifMatch);
        } catch (SdkException e) {
            if (S3Errors.isUnexplained(e)) {
                return byGet(id);
            }
            RuntimeException failure = S3Errors.classify(id, id.versionId().isPresent(), e);
            throw failure instanceof NotFound && quirks.bucketMissing()
                    ? new NotFound(Missing.BUCKET, id)
                    : failure;
        }
        if (answer.isArchived()) {
            requireReadable(id, answer);
        }
        OptionalLong length = answer.contentLength();
        return length.isPresent() ? answer.representation(length.getAsLong()) : byGet(id);
    }

    private S3Answer head(ObjectId id, Optional<EntityTag> ifMatch) {
        boolean withChecksum = !quirks.withoutChecksumMode();
        boolean withIfMatch = ifMatch.isPresent() && !quirks.withoutIfMatch();
        try {
            return send(id, withIfMatch ? ifMatch : Optional.empty(), withChecksum);
        } catch (SdkException e) {
            if (!S3Errors.mayRefuseAField(e) || !withChecksum) {
                throw e;
            }
            S3Answer answer = send(id, Optional.empty(), false);
            quirks.refusesChecksumMode();
            return answer;
        }
    }

    private S3Answer send(ObjectId id, Optional<EntityTag> ifMatch, boolean withChecksum) {
        HeadObjectRequest.Builder request = toRequest.apply(id);
        ifMatch.map(EntityTag::toString).ifPresent(request::ifMatch);
        if (withChecksum) {
            request.checksumMode(ChecksumMode.ENABLED);
        }
        HeadObjectRequest built = request.build();
        return toAnswer.apply(requests.send(client -> client.headObject(built)).sdkHttpResponse());
    }

    /** What HEAD alone says, for a comparison with GET. */
    Optional<Representation> byHeadOnly(ObjectId id) {
        try {
            S3Answer answer = head(id, Optional.empty());
            OptionalLong length = answer.contentLength();
            return length.isPresent()
                    ? Optional.of(answer.representation(length.getAsLong()))
                    : Optional.empty();
        } catch (SdkException e) {
            return Optional.empty();
        }
    }

    /** The state of an archive, as HEAD gives it; empty if HEAD does not. */
    Optional<String> restore(ObjectId id) {
        try {
            return head(id, Optional.empty()).restore();
        } catch (SdkException e) {
            return Optional.empty();
        }
    }

    // Some stores name a tier GLACIER that can be read at once: only GET knows.
    private void requireReadable(ObjectId id, S3Answer head) {
        try {
            byGet(id);
        } catch (Archived | Unavailable e) {
            throw new Archived(id, head.storageClass(), head.restore(), e);
        }
    }

    /**
     * By a GET of one byte, or of everything if the store says that there is not even one: an
     * object is empty only if a response to a request for all of it says so.
     */
    Representation byGet(ObjectId id) {
        try {
            Optional<Representation> found = byGet(id, Optional.of(FIRST_BYTE));
            if (found.isPresent()) {
                return found.get();
            }
        } catch (SdkException e) {
            if (!S3Errors.isRangeOfNothing(e)) {
                throw S3Errors.classify(id, id.versionId().isPresent(), e);
            }
        }
        try {
            return byGet(id, Optional.empty())
                    .orElseThrow(
                            () -> new Unavailable(id, "answered a range that was not asked", null));
        } catch (SdkException e) {
            throw S3Errors.classify(id, id.versionId().isPresent(), e);
        }
    }

    /** Empty if the response is a part of nothing, {@code bytes 0--1/0}. */
    private Optional<Representation> byGet(ObjectId id, Optional<String> range) {
        S3Gets.Got got = gets.get(id, Optional.empty(), range);
        try {
            if (got.answer().isRangeOfNothing()) {
                return Optional.empty();
            }
            OptionalLong length = completeLength(got.answer());
            if (length.isEmpty()) {
                got = again(id, range, got);
                length = completeLength(got.answer());
            }
            if (length.isEmpty()) {
                throw new Unavailable(id, "does not say how long the object is", null);
            }
            return Optional.of(got.answer().representation(length.getAsLong()));
        } finally {
            got.body().abort();
        }
    }

    private S3Gets.Got again(ObjectId id, Optional<String> range, S3Gets.Got first) {
        first.body().abort();
        return gets.withOtherEncoding(
                id, Optional.empty(), range, answer -> completeLength(answer).isPresent());
    }

    private static OptionalLong completeLength(S3Answer answer) {
        Optional<ContentRange> range = answer.contentRange();
        if (answer.isPartial()) {
            return range.isPresent()
                    ? OptionalLong.of(range.get().completeLength())
                    : OptionalLong.empty();
        }
        return answer.contentLength();
    }
}
