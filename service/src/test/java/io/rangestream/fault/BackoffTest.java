package io.rangestream.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class BackoffTest {
    private static final Duration LONGEST_POSSIBLE = Duration.ofNanos(Long.MAX_VALUE);

    private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofMillis(300));

    @Test
    void doublesFromFirstToLongest() {
        Stream<Long> pauses = IntStream.range(0, 5).mapToObj(i -> backoff.pause(i).toMillis());
        assertThat(pauses).containsExactly(50L, 100L, 200L, 300L, 300L);
    }

    @Test
    void neverOverflows() {
        for (long first : new long[] {1, 3, 50_000_000, Long.MAX_VALUE / 2, Long.MAX_VALUE}) {
            Backoff bounded = new Backoff(Duration.ofNanos(first), LONGEST_POSSIBLE);
            Duration before = Duration.ZERO;
            for (int doublings : IntStream.rangeClosed(0, 130).toArray()) {
                Duration pause = bounded.pause(doublings);
                assertThat(pause).isGreaterThanOrEqualTo(before);
                before = pause;
            }
            assertThat(bounded.pause(63)).isEqualTo(LONGEST_POSSIBLE);
            assertThat(bounded.pause(Integer.MAX_VALUE)).isEqualTo(LONGEST_POSSIBLE);
        }
    }

    @Test
    void jitterAddsUpToItsShare() {
        RandomGenerator random = new Random(1);
        Stream<Duration> pauses =
                IntStream.range(0, 10_000).mapToObj(_ -> backoff.pause(2, 0.25, random));
        assertThat(pauses)
                .allMatch(
                        pause ->
                                pause.compareTo(Duration.ofMillis(200)) >= 0
                                        && pause.compareTo(Duration.ofMillis(250)) <= 0)
                .anyMatch(pause -> pause.compareTo(Duration.ofMillis(201)) < 0)
                .anyMatch(pause -> pause.compareTo(Duration.ofMillis(249)) > 0);
    }

    @Test
    void jitterNeverOverflows() {
        Backoff longest = new Backoff(LONGEST_POSSIBLE, LONGEST_POSSIBLE);
        assertThat(longest.pause(0, 1, new Random(1))).isGreaterThan(LONGEST_POSSIBLE);
    }

    @Test
    void jitterOfZeroAddsNothing() {
        assertThat(backoff.pause(1, 0, new Random(1))).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void rejectsInvalidArguments() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ZERO, second));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(second, second.minusNanos(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> backoff.pause(-1));
        for (double jitter : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> backoff.pause(0, jitter, new Random(1)));
        }
    }
}
