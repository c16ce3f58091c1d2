package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.Optional;

class S3StoreConfigTest {
    @Test
    void toStringHidesTheSecret() {
        assertThat(config(Optional.of("AKID"), Optional.of("hush-hush")).toString())
                .contains("AKID", "***")
                .doesNotContain("hush");
    }

    @Test
    void rejectsHalfACredential() {
        assertThatThrownBy(() -> config(Optional.of("AKID"), Optional.empty()))
                .hasMessageContaining("secret-access-key");
        assertThatThrownBy(() -> config(Optional.empty(), Optional.of("hush-hush")))
                .hasMessageNotContaining("hush");
    }

    private static S3StoreConfig config(Optional<String> id, Optional<String> secret) {
        return new S3StoreConfig(
                "bucket",
                "",
                Optional.of(URI.create("http://127.0.0.1:9000")),
                Optional.empty(),
                true,
                id,
                secret);
    }
}
