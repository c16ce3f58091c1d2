package io.rangestream.store.s3;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Sends the GETs of one bucket. Safe for use by many threads. */
final class S3Gets {
    private final S3Requests requests;
    private final S3Quirks quirks;
    private final Function<ObjectId, GetObjectRequest.Builder> toRequest;
    private final Function<SdkHttpResponse, S3ResponseHead> toHead;

    S3Gets(
            S3Requests requests,
            S3Quirks quirks,
            Function<ObjectId, GetObjectRequest.Builder> toRequest,
            Function<SdkHttpResponse, S3ResponseHead> toHead) {
        this.requests = requests;
        this.quirks = quirks;
        this.toRequest = toRequest;
        this.toHead = toHead;
    }

    /** The response to a GET. The caller closes or aborts the body. */
    record Response(S3ResponseHead head, AbortableInputStream body) {}

    private record Raw(GetObjectResponse response, AbortableInputStream body) {}

    /**
     * Sends a GET.
     *
     * @param range the value of the Range field; empty for the whole object
     * @throws software.amazon.awssdk.core.exception.SdkException as the SDK's client
     */
    Response get(ObjectId id, Optional<EntityTag> ifMatch, Optional<String> range) {
        GetObjectRequest.Builder request = toRequest.apply(id);
        ifMatch.map(EntityTag::toString).ifPresent(request::ifMatch);
        range.ifPresent(request::range);
        GetObjectRequest built = request.build();
        Raw raw =
                requests.send(
                        client -> client.getObject(built, ResponseTransformer.unmanaged(Raw::new)));
        return new Response(toHead.apply(raw.response.sdkHttpResponse()), raw.body);
    }

    /**
     * Sends a GET with the other Accept-Encoding than usual, and makes that the usual one if it
     * helped. Google decompresses objects that are stored compressed unless gzip is accepted; it
     * then ignores Range and omits the length. Other stores omit the length if gzip is accepted.
     *
     * @param helps whether a response is better than the one to the usual request
     */
    Response withOtherEncoding(
            ObjectId id,
            Optional<EntityTag> ifMatch,
            Optional<String> range,
            Predicate<S3ResponseHead> helps) {
        boolean before = quirks.acceptsGzip();
        quirks.acceptsGzip(!before);
        boolean helped = false;
        try {
            Response response = get(id, ifMatch, range);
            helped = helps.test(response.head);
            return response;
        } finally {
            if (!helped) {
                quirks.acceptsGzip(before);
            }
        }
    }
}
