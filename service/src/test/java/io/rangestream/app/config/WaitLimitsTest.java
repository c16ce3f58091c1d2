package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.limit.StoreLimits;
import io.rangestream.store.guard.CircuitLimits;
import io.rangestream.store.guard.ThrottleLimits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

/** The first-byte deadline bounds each wait of a request and the open time of a circuit. */
class WaitLimitsTest {
    @ParameterizedTest
    @CsvSource({
        "PT15S, PT5S, PT5S, PT5S, PT5S, PT2S, PT3S",
        "PT60S, PT5S, PT5S, PT5S, PT5S, PT2S, PT12S",
        "PT7S, PT60S, PT90S, PT7S, PT7S, PT1S, PT1.4S",
        "PT0.001S, PT5S, PT0S, PT0.001S, PT0S, PT0.001S, PT0.001S"
    })
    void boundsEachWaitByDeadline(
            Duration deadline,
            Duration turnSet,
            Duration memorySet,
            Duration turn,
            Duration memory,
            Duration pace,
            Duration silence) {
        assertThat(WaitLimits.of(deadline, turnSet, memorySet))
                .isEqualTo(new WaitLimits(turn, memory, pace, silence));
    }

    @Test
    void defaultDeadlineKeepsDefaultWaits() {
        WaitLimits usual =
                WaitLimits.of(
                        EngineConfig.DEFAULT_FIRST_BYTE_DEADLINE,
                        StoreLimits.DEFAULT_LONGEST_WAIT,
                        EngineConfig.DEFAULT_MEMORY_WAIT);
        assertThat(usual.turn()).isEqualTo(StoreLimits.DEFAULT_LONGEST_WAIT);
        assertThat(usual.memory()).isEqualTo(EngineConfig.DEFAULT_MEMORY_WAIT);
        assertThat(usual.pace()).isEqualTo(ThrottleLimits.DEFAULT.longestWait());
        assertThat(CircuitLimits.DEFAULT.within(EngineConfig.DEFAULT_FIRST_BYTE_DEADLINE))
                .isEqualTo(CircuitLimits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"PT60S, PT60S", "PT7S, PT7S", "PT2S, PT2S", "PT0.5S, PT2S"})
    void circuitOpenTimeIsBoundedByDeadline(Duration deadline, Duration longest) {
        CircuitLimits limits = CircuitLimits.DEFAULT.within(deadline);
        assertThat(limits.longestOpen()).isEqualTo(longest);
        assertThat(limits.firstOpen()).isEqualTo(CircuitLimits.DEFAULT.firstOpen());
    }

    /** Otherwise a broken read would fail at the first error after a circuit has opened. */
    @Test
    void readResumesAfterFirstOpenPeriodOfCircuit() {
        assertThat(EngineConfig.LONGEST_RESUME_PAUSE)
                .isGreaterThan(CircuitLimits.DEFAULT.firstOpen())
                .isLessThan(EngineConfig.DEFAULT_FIRST_BYTE_DEADLINE);
    }
}
