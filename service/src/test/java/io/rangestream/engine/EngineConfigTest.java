package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class EngineConfigTest {
    @ParameterizedTest
    @CsvSource({"PT60S, PT3S", "PT15S, PT3S", "PT3S, PT3S", "PT2S, PT2S", "PT0.001S, PT0.001S"})
    void resumePauseIsWithinTheFirstByteDeadline(Duration deadline, Duration longest) {
        EngineConfig config =
                new EngineConfig(
                        EngineConfig.LEAST_BLOCKS,
                        1,
                        ReadAheadConfig.DEFAULT,
                        Duration.ZERO,
                        Duration.ZERO,
                        deadline,
                        Duration.ZERO);
        assertThat(config.longestResumePause()).isEqualTo(longest);
    }
}
