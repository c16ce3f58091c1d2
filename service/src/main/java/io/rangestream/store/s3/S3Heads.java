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
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Looks up the metadata of one bucket's objects: by HEAD, or by a GET of one byte if HEAD is not
 * enough. The response to a HEAD has no body, so it lacks the reason of a 403 or 400. It does not
 * say whether an archived object can be read, and it lacks the length if the store sends it in
 * chunks. The GET gives a client the same outcome for the metadata of an object as for its bytes.
 * Safe for use by many threads.
 */
final class S3Heads {
    private static final String FIRST_BYTE = "bytes=0-0";

    private final S3Requests requests;
    private final S3Gets gets;
    private final S3Quirks quirks;
    private final Function<ObjectId, HeadObjectRequest.Builder> toRequest;
    private final Function<SdkHttpResponse, S3ResponseHead> toHead;

    S3Heads(
            S3Requests requests,
            S3Gets gets,
            S3Quirks quirks,
            Function<ObjectId, HeadObjectRequest.Builder> toRequest,
            Function<SdkHttpResponse, S3ResponseHead> toHead) {
        this.requests = requests;
        this.gets = gets;
        this.quirks = quirks;
        this.toRequest = toRequest;
        this.toHead = toHead;
    }

    /** The current metadata of an object. */
    Representation now(ObjectId id, Optional<EntityTag> ifMatch) {
        if (quirks.headByGet()) {
            return byGet(id);
        }
        S3ResponseHead head;
        try {
            head = head(id, ifMatch);
        } catch (SdkException e) {
            if (S3ErrorResponse.matches(e, S3ErrorResponse::isUnexplained)) {
                return byGet(id);
            }
            RuntimeException failure = S3Errors.classify(id, id.versionId().isPresent(), e);
            throw failure instanceof NotFound && quirks.bucketMissing()
                    ? new NotFound(Missing.BUCKET, id)
                    : failure;
        }
        if (head.isArchived()) {
            requireReadable(id, head);
        }
        OptionalLong length = head.contentLength();
        return length.isPresent() ? head.representation(length.getAsLong()) : byGet(id);
    }

    private S3ResponseHead head(ObjectId id, Optional<EntityTag> ifMatch) {
        boolean withChecksum = !quirks.withoutChecksumMode();
        boolean withIfMatch = ifMatch.isPresent() && !quirks.withoutIfMatch();
        try {
            return send(id, withIfMatch ? ifMatch : Optional.empty(), withChecksum);
        } catch (SdkException e) {
            if (!withChecksum || !S3ErrorResponse.matches(e, S3ErrorResponse::mayRefuseAField)) {
                throw e;
            }
            S3ResponseHead head = send(id, Optional.empty(), false);
            quirks.refusesChecksumMode();
            return head;
        }
    }

    private S3ResponseHead send(ObjectId id, Optional<EntityTag> ifMatch, boolean withChecksum) {
        HeadObjectRequest.Builder request = toRequest.apply(id);
        ifMatch.map(EntityTag::toString).ifPresent(request::ifMatch);
        if (withChecksum) {
            request.checksumMode(ChecksumMode.ENABLED);
        }
        HeadObjectRequest built = request.build();
        return toHead.apply(requests.send(client -> client.headObject(built)).sdkHttpResponse());
    }

    /** The metadata according to HEAD alone, for a comparison with GET. */
    Optional<Representation> byHeadOnly(ObjectId id) {
        try {
            S3ResponseHead head = head(id, Optional.empty());
            OptionalLong length = head.contentLength();
            return length.isPresent()
                    ? Optional.of(head.representation(length.getAsLong()))
                    : Optional.empty();
        } catch (SdkException e) {
            return Optional.empty();
        }
    }

    /** The state of a restore according to HEAD; empty if HEAD does not provide it. */
    Optional<String> restore(ObjectId id) {
        try {
            return head(id, Optional.empty()).restore();
        } catch (SdkException e) {
            return Optional.empty();
        }
    }

    // Some stores have a tier named GLACIER that can be read at once: only a GET finds out.
    private void requireReadable(ObjectId id, S3ResponseHead head) {
        try {
            byGet(id);
        } catch (Archived | Unavailable e) {
            throw new Archived(id, head.storageClass(), head.restore(), e);
        }
    }

    /**
     * The metadata by a GET of one byte. If the store says that not even one exists, it sends a GET
     * of the whole object: only that response proves that an object is empty.
     */
    Representation byGet(ObjectId id) {
        try {
            Optional<Representation> found = byGet(id, Optional.of(FIRST_BYTE));
            if (found.isPresent()) {
                return found.get();
            }
        } catch (SdkException e) {
            if (!S3ErrorResponse.matches(e, S3ErrorResponse::isRangeNotSatisfiable)) {
                throw S3Errors.classify(id, id.versionId().isPresent(), e);
            }
        }
        try {
            return byGet(id, Optional.empty())
                    .orElseThrow(
                            () -> new Unavailable(id, "sent a range that was not requested", null));
        } catch (SdkException e) {
            throw S3Errors.classify(id, id.versionId().isPresent(), e);
        }
    }

    /** Empty if the response is an empty part, {@code bytes 0--1/0}. */
    private Optional<Representation> byGet(ObjectId id, Optional<String> range) {
        S3Gets.Response response = gets.get(id, Optional.empty(), range);
        try {
            if (response.head().isEmptyRange()) {
                return Optional.empty();
            }
            OptionalLong length = completeLength(response.head());
            if (length.isEmpty()) {
                response = again(id, range, response);
                length = completeLength(response.head());
            }
            if (length.isEmpty()) {
                throw new Unavailable(id, "did not send the object's length", null);
            }
            return Optional.of(response.head().representation(length.getAsLong()));
        } finally {
            response.body().abort();
        }
    }

    private S3Gets.Response again(ObjectId id, Optional<String> range, S3Gets.Response first) {
        first.body().abort();
        return gets.withOtherEncoding(
                id, Optional.empty(), range, head -> completeLength(head).isPresent());
    }

    private static OptionalLong completeLength(S3ResponseHead head) {
        Optional<ContentRange> range = head.contentRange();
        if (head.isPartial()) {
            return range.isPresent()
                    ? OptionalLong.of(range.get().completeLength())
                    : OptionalLong.empty();
        }
        return head.contentLength();
    }
}
