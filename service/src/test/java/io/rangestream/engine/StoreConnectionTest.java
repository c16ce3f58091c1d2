package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.engine.limit.StoreGate;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectStoreException.Throttled;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

/** Tests the pause before a fetch resumes a response that broke off. */
class StoreConnectionTest {
    private final WatchedObject object = new WatchedObject();
    private final FetchContext context = EngineParts.context(4, object.store);

    private StoreConnection connected() {
        StoreGate.Permit permit = context.gate().enter("b/k", "viewer", () -> false);
        Fetch response = context.open(EngineParts.ID, Optional.empty(), WatchedObject.ALL);
        return new StoreConnection(
                context, EngineParts.version(WatchedObject.LENGTH), "viewer", response, permit);
    }

    private void read(StoreConnection connection) {
        connection.read(0, WatchedObject.LENGTH, new byte[10], 0, 10, () -> false);
    }

    @Test
    void interruptEndsPauseBeforeResume() {
        object.store.beforeRead =
                _ -> {
                    throw new Throttled(
                            EngineParts.ID, Optional.of(Duration.ofMillis(2_500)), null);
                };
        StoreConnection connection = connected();
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
        StoreConnection connection = connected();

        InterruptibleWait.startInterrupted(() -> read(connection)).assertCancelledAndInterrupted();

        assertThat(object.store.opens).as("no further request").hasSize(1);
    }
}
