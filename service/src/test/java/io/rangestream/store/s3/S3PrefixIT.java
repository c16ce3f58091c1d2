package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.ObjectListing.Query;

import org.junit.jupiter.api.Test;

import java.util.Optional;

/** The contract holds below a prefix as in a whole bucket. */
class S3PrefixIT extends S3ObjectStoreIT {
    @Override
    String prefix() {
        return "films & more/\u00fc+";
    }

    @Test
    void objectNamedLikeThePrefixIsNotListed() {
        put("", ALPHABET);
        put("a", ALPHABET);
        assertThat(store().list(new Query(BUCKET, "", "", 10, Optional.empty())).objects())
                .singleElement()
                .satisfies(entry -> assertThat(entry.key()).isEqualTo("a"));
    }
}
