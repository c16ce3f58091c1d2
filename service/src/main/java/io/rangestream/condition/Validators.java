package io.rangestream.condition;

import java.time.Instant;
import java.util.Optional;

/**
 * What a representation can be recognised by (RFC 9110, section 8.8).
 *
 * @param entityTag its entity tag, where the store has one
 * @param lastModified when it was last changed, in whole seconds, where the store says so
 * @param observedAt what the store's own clock said when this was observed
 */
public record Validators(
        Optional<EntityTag> entityTag, Optional<Instant> lastModified, Instant observedAt) {

    /**
     * Whether the date is a strong validator (section 8.8.2.2; our choice K6): a second change
     * within the same second could no longer have happened unseen.
     */
    public boolean dateIsStrong() {
        return lastModified.isPresent() && !observedAt.isBefore(lastModified.get().plusSeconds(1));
    }
}
