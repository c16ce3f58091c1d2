package io.rangestream.condition;

import java.time.Instant;
import java.util.Optional;

/**
 * The conditions of a request (RFC 9110, section 13.1). The parser of a request leaves a malformed
 * date out, as if the client had not sent it.
 */
public record Preconditions(
        Optional<TagCondition> ifMatch,
        Optional<Instant> ifUnmodifiedSince,
        Optional<TagCondition> ifNoneMatch,
        Optional<Instant> ifModifiedSince,
        Optional<IfRange> ifRange) {

    /** No conditions. */
    public static final Preconditions NONE =
            new Preconditions(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /** The result of all conditions but If-Range. */
    public enum Outcome {
        PROCEED,
        NOT_MODIFIED,
        FAILED
    }

    /** If-Match alone. */
    public static Preconditions ifMatch(TagCondition condition) {
        return new Preconditions(
                Optional.of(condition),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Evaluates all but If-Range, for GET and HEAD, in the order of RFC 9110, section 13.2.2. */
    public Outcome evaluate(Validators current) {
        if (ifMatch.isPresent()) {
            if (!ifMatch.get().matchesStrongly(current.entityTag())) {
                return Outcome.FAILED;
            }
        } else if (ifUnmodifiedSince.isPresent()
                && current.lastModified().isPresent()
                && current.lastModified().get().isAfter(ifUnmodifiedSince.get())) {
            return Outcome.FAILED;
        }
        if (ifNoneMatch.isPresent()) {
            return ifNoneMatch.get().matchesWeakly(current.entityTag())
                    ? Outcome.NOT_MODIFIED
                    : Outcome.PROCEED;
        }
        return ifModifiedSince.isPresent()
                        && current.lastModified().isPresent()
                        && !current.lastModified().get().isAfter(ifModifiedSince.get())
                ? Outcome.NOT_MODIFIED
                : Outcome.PROCEED;
    }

    /** Whether If-Range allows a requested range to be sent (section 13.1.5). */
    public boolean allowsRange(Validators current) {
        return ifRange.isEmpty() || ifRange.get().holds(current);
    }
}
