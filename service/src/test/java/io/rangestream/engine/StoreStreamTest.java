package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.engine.limit.StoreLimiter;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectStoreException.Throttled;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

/** Tests the pause before a fetch resumes a response that broke off. */
class StoreStreamTest {
    private final WatchedObject object = new WatchedObject();
    private final EngineContext context = EngineParts.context(4, object.store);

    private StoreStream connected() {
        StoreLimiter.Permit permit = context.gate().enter("b/k", "viewer", () -> false);
        Fetch response = context.open(EngineParts.ID, Optional.empty(), WatchedObject.ALL);
        return new StoreStream(
                context, EngineParts.version(WatchedObject.LENGTH), "viewer", response, permit);
    }

    private void read(StoreStream connection) {
        connection.read(0, WatchedObject.LENGTH, new byte[10], 0, 10, () -> false);
    }

    @Test
    void interruptEndsPauseBeforeResume() {
        object.store.beforeRead =
                _ -> {
                    throw new Throttled(
                            EngineParts.ID, Optional.of(Duration.ofMillis(2_500)), null);
                };
        StoreStream connection = connected();
        InterruptibleWait pause = InterruptibleWait.start(() -> read(connection));

        pause.interrupt();

        pause.assertCancelledAndInterrupted();
        assertThat(object.store.opens).as("no further request").hasSize(1);
        assertThat(context.gate().inUse()).isZero();
    }

    @Test
    void interruptedThreadDoesNotPause() {
        object.store.beforeRead =
                _ -> {
                    throw new Throttled(
                            EngineParts.ID, Optional.of(Duration.ofMillis(2_500)), null);
                };
        StoreStream connection = connected();

        InterruptibleWait.startInterrupted(() -> read(connection)).assertCancelledAndInterrupted();

        assertThat(object.store.opens).as("no further request").hasSize(1);
    }
}
