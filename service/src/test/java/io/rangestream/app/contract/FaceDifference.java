package io.rangestream.app.contract;

import io.rangestream.app.wire.Answer;
import io.rangestream.app.wire.Answer.Kind;

/**
 * Where the faces differ on purpose: all such places, and no others. A case of the contract that
 * names a row here expects HTTP's kind of one face and gRPC's of the other.
 */
public enum FaceDifference {
    /** RFC 9110, section 14.2, has a Range that can't be read ignored; a message is checked. */
    INVALID_RANGE(Kind.COMPLETE, Kind.INVALID),

    /** A URL without a key is the URL of something else; a message without one is incomplete. */
    EMPTY_NAME(Kind.NOT_FOUND, Kind.INVALID),

    /** HTTP takes any condition that there is (our choice K5); a message has one strong tag. */
    MALFORMED_IF_MATCH(Kind.PRECONDITION_FAILED, Kind.INVALID),

    /** The star and the list of RFC 9110, section 13.1.1; a message has one strong tag. */
    IF_MATCH_OF_SEVERAL(Kind.COMPLETE, Kind.INVALID),

    /** After the head HTTP has no way to say why it can't go on; gRPC's status comes last. */
    THROTTLED_IN_THE_MIDDLE(Kind.CUT, Kind.THROTTLED),

    /** As {@link #THROTTLED_IN_THE_MIDDLE}. */
    UNAVAILABLE_IN_THE_MIDDLE(Kind.CUT, Kind.UNAVAILABLE),

    /** As {@link #THROTTLED_IN_THE_MIDDLE}. */
    CHANGED_IN_THE_MIDDLE(Kind.CUT, Kind.CHANGED);

    private final Kind http;
    private final Kind grpc;

    FaceDifference(Kind http, Kind grpc) {
        this.http = http;
        this.grpc = grpc;
    }

    /** What gRPC answers where HTTP answers this. */
    Answer overGrpc(Answer overHttp) {
        if (overHttp.kind() != http) {
            throw new IllegalArgumentException(this + " is not for " + overHttp.kind());
        }
        return http == Kind.CUT ? overHttp.kind(grpc) : Answer.of(grpc);
    }
}
