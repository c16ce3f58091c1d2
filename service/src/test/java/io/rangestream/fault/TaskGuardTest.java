package io.rangestream.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class TaskGuardTest {
    private final TaskGuard guard = new TaskGuard("the task");

    @Test
    @Covers("grpc-deadlines")
    void scheduledTaskContinuesAfterThrowing() throws Exception {
        List<Throwable> thrown =
                List.of(
                        new IllegalStateException("by a test"),
                        new StackOverflowError("by a test"),
                        new NoClassDefFoundError("by a test"));
        AtomicInteger runs = new AtomicInteger();
        try (LoggedWarnings logged = LoggedWarnings.of(TaskGuard.class);
                ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor()) {
            var _ =
                    scheduler.scheduleWithFixedDelay(
                            guard.guard(
                                    () -> {
                                        int run = runs.getAndIncrement();
                                        if (run < thrown.size()) {
                                            throwAny(thrown.get(run));
                                        }
                                    }),
                            0,
                            1,
                            TimeUnit.MILLISECONDS);
            await().until(() -> runs.get() > thrown.size());
            scheduler.shutdownNow();
            assertThat(logged.messages()).hasSize(1);
            assertThat(logged.messages().getFirst())
                    .startsWith("the task failed but continues: java.lang.IllegalStateException");
        }
    }

    private static void throwAny(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }
}
