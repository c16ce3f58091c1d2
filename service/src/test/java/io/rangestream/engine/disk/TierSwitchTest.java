package io.rangestream.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.fault.TaskGuard;
import io.rangestream.testkit.LoggedWarnings;

import org.junit.jupiter.api.Test;

import java.io.IOException;

final class TierSwitchTest {
    /** The writer thread warns between its retries, and must not end because of a warning. */
    @Test
    void ignoresWarningConsumerThatThrows() {
        TierSwitch power =
                new TierSwitch(
                        "folder",
                        _ -> {
                            throw new IllegalStateException("by a test");
                        });
        try (LoggedWarnings logged = LoggedWarnings.of(TaskGuard.class)) {
            power.fail(new IOException("No space left on device"));
            assertThat(power.isOn()).isFalse();
            power.recover();
            assertThat(power.isOn()).isTrue();
            assertThat(logged.messages()).hasSize(1);
        }
    }
}
