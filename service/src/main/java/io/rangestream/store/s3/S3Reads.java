package io.rangestream.store.s3;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Opens objects of one bucket for reading. A response is used only if it has the requested
 * positions, length and entity tag; otherwise the store is unavailable. Safe for use by many
 * threads.
 */
final class S3Reads {
    private final S3Gets gets;
    private final S3Heads heads;
    private final S3Quirks quirks;

    S3Reads(S3Gets gets, S3Heads heads, S3Quirks quirks) {
        this.gets = gets;
        this.heads = heads;
        this.quirks = quirks;
    }

    /** As {@link S3ObjectStore#open}. */
    Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        if (wanted.resolve(Long.MAX_VALUE).isEmpty()) {
            // Beyond the end of every object, or an empty suffix: some stores don't know these.
            return withoutBytes(id, ifMatch, wanted);
        }
        boolean sendsIfMatch = !quirks.withoutIfMatch() && strong(ifMatch).isPresent();
        try {
            return open(id, ifMatch, sendsIfMatch, wanted);
        } catch (SdkException e) {
            if (S3ErrorResponse.matches(e, S3ErrorResponse::isRangeNotSatisfiable)) {
                return withoutBytes(id, ifMatch, wanted);
            }
            if (sendsIfMatch && S3ErrorResponse.matches(e, S3ErrorResponse::mayRefuseAField)) {
                return openWithoutIfMatch(id, ifMatch.orElseThrow(), wanted, e);
            }
            if (sendsIfMatch && S3ErrorResponse.matches(e, S3ErrorResponse::isPreconditionFailed)) {
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
        S3Gets.Response response = gets.get(id, sent, range);
        if (response.head().extent(wanted, ranged).isEmpty() && response.head().mayBeRecoded()) {
            response.body().abort();
            response =
                    gets.withOtherEncoding(
                            id, sent, range, head -> head.extent(wanted, ranged).isPresent());
        }
        S3ResponseHead head = response.head();
        if (ranged && head.isEmptyRange()) {
            response.body().abort();
            return withoutBytes(id, ifMatch, wanted);
        }
        try {
            Optional<S3ResponseHead.Extent> extent = head.extent(wanted, ranged);
            if (extent.isEmpty()) {
                throw new Unavailable(id, "sent other bytes than requested", null);
            }
            Representation representation = head.representation(extent.get().completeLength());
            requireMatch(id, ifMatch, sendsIfMatch, representation);
            return new S3Fetch(
                    id, representation.withoutChecksum(), extent.get().covered(), response.body());
        } catch (ObjectStoreException e) {
            response.body().abort();
            throw e;
        }
    }

    /** Opens without If-Match, which some stores refuse like any field that they don't know. */
    private Fetch openWithoutIfMatch(
            ObjectId id, EntityTag ifMatch, RangeSpec wanted, SdkException refusal) {
        Fetch fetch;
        try {
            fetch = open(id, Optional.of(ifMatch), false, wanted);
        } catch (SdkException e) {
            if (S3ErrorResponse.matches(e, S3ErrorResponse::isRangeNotSatisfiable)) {
                return withoutBytes(id, Optional.of(ifMatch), wanted);
            }
            throw failure(id, refusal);
        }
        quirks.refusesIfMatch();
        return fetch;
    }

    /**
     * Handles a mismatch of If-Match. Usually the object was replaced. But some stores compare
     * their own tag wrongly, and some send another tag for HEAD than for GET; then the tag of GET
     * is the object's tag.
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
                                .filter(head -> isSameExceptForTag(head, byGet))
                                .isPresent();
        if (hasTwoTags) {
            quirks.hasTwoTags();
        }
        throw failure(id, mismatch);
    }

    private static boolean isSameExceptForTag(Representation head, Representation byGet) {
        return head.completeLength() == byGet.completeLength()
                && head.versionId().equals(byGet.versionId())
                && head.validators().lastModified().equals(byGet.validators().lastModified());
    }

    private RuntimeException failure(ObjectId id, SdkException e) {
        RuntimeException failure = S3Errors.classify(id, id.versionId().isPresent(), e);
        // The response to a GET lacks the state of a restore; the response to a HEAD has it.
        return failure instanceof Archived archived
                ? new Archived(id, archived.storageClass(), heads.restore(id), e)
                : failure;
    }

    /** A fetch that covers no byte. Sends a HEAD for the representation. */
    private Fetch withoutBytes(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        boolean sendsIfMatch = !quirks.withoutIfMatch() && !quirks.headByGet();
        Representation now =
                heads.now(id, sendsIfMatch ? strong(ifMatch) : Optional.empty()).withoutChecksum();
        requireMatch(id, ifMatch, false, now);
        if (wanted.resolve(now.completeLength()).isPresent()) {
            // A longer object replaced it meanwhile, or the store sent a wrong length.
            throw new Changed(id, "the store refused bytes that the object has");
        }
        return new S3Fetch(id, now, Optional.empty(), AbortableInputStream.createEmpty());
    }

    // A weak tag never matches in If-Match (RFC 9110, section 13.1.1), so it is compared here.
    private static Optional<EntityTag> strong(Optional<EntityTag> ifMatch) {
        return ifMatch.filter(tag -> !tag.weak());
    }

    /**
     * Compares the requested entity tag with the one in the response.
     *
     * @param wasSent whether If-Match was sent; then a response with another tag is the store's
     *     error
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
                ? new Unavailable(id, "sent another entity tag than requested: " + how, null)
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
}
