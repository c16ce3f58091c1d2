package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class S3TimeoutsTest {
    @ParameterizedTest
    @ValueSource(strings = {"PT0.001S", "PT0.2S", "PT1S", "PT15S", "PT60S", "PT10M", "PT100H"})
    void everyTimeoutIsWithinTheDeadline(Duration deadline) {
        S3Timeouts timeouts = S3Timeouts.of(deadline);
        assertThat(timeouts.silence()).isEqualTo(deadline);
        assertThat(timeouts.connect()).isPositive().isLessThanOrEqualTo(deadline);
        assertThat(timeouts.connectionFree()).isPositive().isLessThanOrEqualTo(deadline);
        assertThat(timeouts.probe()).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void threeConnectAttemptsFitIntoTheDeadline() {
        for (int seconds = 1; seconds < 100; seconds++) {
            Duration deadline = Duration.ofSeconds(seconds);
            assertThat(S3Timeouts.of(deadline).connect().multipliedBy(3)).isLessThan(deadline);
        }
    }

    @Test
    void defaultsBelongToTheDefaultDeadline() {
        assertThat(S3Timeouts.DEFAULT).isEqualTo(S3Timeouts.of(Duration.ofSeconds(15)));
        assertThat(S3Timeouts.DEFAULT.connect()).isEqualTo(Duration.ofSeconds(2));
    }
}
