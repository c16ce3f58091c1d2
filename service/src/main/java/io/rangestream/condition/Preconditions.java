package io.rangestream.condition;

import java.time.Instant;
import java.util.Optional;

/**
 * The conditions that a request makes (RFC 9110, section 13.1). Dates that can't be read are left
 * out by whoever reads them: they count as not sent.
 */
public record Preconditions(
        Optional<TagCondition> ifMatch,
        Optional<Instant> ifUnmodifiedSince,
        Optional<TagCondition> ifNoneMatch,
        Optional<Instant> ifModifiedSince,
        Optional<IfRange> ifRange) {

    /** No condition at all. */
    public static final Preconditions NONE =
            new Preconditions(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /** What comes of the conditions that stand before the range. */
    public enum Outcome {
        PROCEED,
        NOT_MODIFIED,
        FAILED
    }

    /** The object must have this entity tag, by strong comparison. */
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

    /** Whether a range that was asked for is to be answered as a range (section 13.1.5). */
    public boolean allowsRange(Validators current) {
        return ifRange.isEmpty() || ifRange.get().holds(current);
    }
}
