package io.rangestream.condition;

import java.time.Instant;
import java.util.Optional;

/**
 * The validators of a representation (RFC 9110, section 8.8).
 *
 * @param entityTag the entity tag; empty if the store has none
 * @param lastModified the time of the last modification in whole seconds; empty if the store does
 *     not return it
 * @param observedAt the time of the store's clock when it returned the validators
 */
public record Validators(
        Optional<EntityTag> entityTag, Optional<Instant> lastModified, Instant observedAt) {

    /**
     * Whether the date is a strong validator (section 8.8.2.2; our choice K6): the second of the
     * modification was over when the store returned it, so a second modification with the same date
     * is not possible.
     */
    public boolean dateIsStrong() {
        return lastModified.isPresent() && !observedAt.isBefore(lastModified.get().plusSeconds(1));
    }
}
