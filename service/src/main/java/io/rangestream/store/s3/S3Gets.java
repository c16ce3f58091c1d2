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

/** Sends the GETs of one bucket. Safe for many threads. */
final class S3Gets {
    private final S3Requests requests;
    private final S3Quirks quirks;
    private final Function<ObjectId, GetObjectRequest.Builder> toRequest;
    private final Function<SdkHttpResponse, S3Answer> toAnswer;

    S3Gets(
            S3Requests requests,
            S3Quirks quirks,
            Function<ObjectId, GetObjectRequest.Builder> toRequest,
            Function<SdkHttpResponse, S3Answer> toAnswer) {
        this.requests = requests;
        this.quirks = quirks;
        this.toRequest = toRequest;
        this.toAnswer = toAnswer;
    }

    /** A GET's head and body; whoever got it closes or aborts the body. */
    record Got(S3Answer answer, AbortableInputStream body) {}

    private record Raw(GetObjectResponse response, AbortableInputStream body) {}

    /**
     * Sends a GET.
     *
     * @param range the value of the Range field; empty: everything
     * @throws software.amazon.awssdk.core.exception.SdkException as the SDK's client
     */
    Got get(ObjectId id, Optional<EntityTag> ifMatch, Optional<String> range) {
        GetObjectRequest.Builder request = toRequest.apply(id);
        ifMatch.map(EntityTag::toString).ifPresent(request::ifMatch);
        range.ifPresent(request::range);
        GetObjectRequest built = request.build();
        Raw raw =
                requests.send(
                        client -> client.getObject(built, ResponseTransformer.unmanaged(Raw::new)));
        return new Got(toAnswer.apply(raw.response.sdkHttpResponse()), raw.body);
    }

    /**
     * Sends a GET with the other Accept-Encoding than usual, and keeps to that if it helped. Google
     * decompresses objects that are stored compressed unless gzip is accepted, and then ignores
     * Range and leaves out the length; other stores leave out the length if it is accepted.
     */
    Got withOtherEncoding(
            ObjectId id,
            Optional<EntityTag> ifMatch,
            Optional<String> range,
            Predicate<S3Answer> helps) {
        boolean before = quirks.acceptsGzip();
        quirks.acceptsGzip(!before);
        boolean helped = false;
        try {
            Got got = get(id, ifMatch, range);
            helped = helps.test(got.answer);
            return got;
        } finally {
            if (!helped) {
                quirks.acceptsGzip(before);
            }
        }
    }
}
