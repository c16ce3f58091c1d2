package io.rangestream.app.contract;

import io.rangestream.app.wire.ComparedResponse;
import io.rangestream.app.wire.ComparedResponse.Kind;

/**
 * The complete list of intended differences between HTTP and gRPC. A case of the contract suite
 * that names a row expects the first kind of outcome over HTTP and the second over gRPC.
 */
public enum EndpointDifference {
    /** HTTP ignores an invalid Range (RFC 9110, section 14.2); gRPC rejects an invalid message. */
    INVALID_RANGE(Kind.COMPLETE, Kind.INVALID),

    /** A URL without a key names another resource; a message without a key is invalid. */
    EMPTY_NAME(Kind.NOT_FOUND, Kind.INVALID),

    /** HTTP accepts any If-Match value (choice K5); gRPC accepts only one strong entity tag. */
    MALFORMED_IF_MATCH(Kind.PRECONDITION_FAILED, Kind.INVALID),

    /** HTTP accepts a star or a list (RFC 9110, section 13.1.1); gRPC accepts one strong tag. */
    IF_MATCH_OF_SEVERAL(Kind.COMPLETE, Kind.INVALID),

    /** HTTP cannot send a reason after the head; gRPC sends its status last. */
    THROTTLED_IN_THE_MIDDLE(Kind.CUT, Kind.THROTTLED),

    /** See {@link #THROTTLED_IN_THE_MIDDLE}. */
    UNAVAILABLE_IN_THE_MIDDLE(Kind.CUT, Kind.UNAVAILABLE),

    /** See {@link #THROTTLED_IN_THE_MIDDLE}. */
    CHANGED_IN_THE_MIDDLE(Kind.CUT, Kind.CHANGED);

    private final Kind http;
    private final Kind grpc;

    EndpointDifference(Kind http, Kind grpc) {
        this.http = http;
        this.grpc = grpc;
    }

    /** The expected response of gRPC if this is the response of HTTP. */
    ComparedResponse overGrpc(ComparedResponse overHttp) {
        if (overHttp.kind() != http) {
            throw new IllegalArgumentException(this + " is not for " + overHttp.kind());
        }
        return http == Kind.CUT ? overHttp.kind(grpc) : ComparedResponse.of(grpc);
    }
}
