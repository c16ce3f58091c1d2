package io.rangestream.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class RareWarningTest {
    private final AtomicLong now = new AtomicLong();
    private final RareWarning warning =
            new RareWarning(System.getLogger(RareWarningTest.class.getName()), now::get);

    @Test
    @Covers("warnings-failure-recurs")
    void logsOnceAMinuteAndCountsTheRest() {
        try (LoggedWarnings logged = LoggedWarnings.of(RareWarningTest.class)) {
            for (int i = 0; i < 1000; i++) {
                warning.log("disk full");
            }
            now.addAndGet(Duration.ofSeconds(59).toNanos());
            warning.log("disk full");
            now.addAndGet(Duration.ofSeconds(1).toNanos());
            warning.log("disk full");
            assertThat(logged.messages())
                    .containsExactly(
                            "disk full", "disk full (1000 more since the last such warning)");
        }
    }

    @Test
    void boundsAnErrorToOneLine() {
        try (LoggedWarnings logged = LoggedWarnings.of(RareWarningTest.class)) {
            warning.log("failed", new IllegalStateException("a\nb\r\n" + "x".repeat(100_000)));
            assertThat(logged.messages().getFirst())
                    .startsWith("failed: java.lang.IllegalStateException: a b  xxx")
                    .contains(" at " + RareWarningTest.class.getName())
                    .doesNotContain("\n", "\r")
                    .hasSizeLessThan(3000);
        }
    }
}
