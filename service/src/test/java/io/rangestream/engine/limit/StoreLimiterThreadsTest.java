package io.rangestream.engine.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.ObjectId;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Many threads enter, cancel and time out at once: no permit is lost, and no thread hangs. */
class StoreLimiterThreadsTest {
    private static final int PERMITS = 4;
    private static final int THREADS = 100;
    private static final int ROUNDS = 100;

    // Lets other threads run, whatever the scheduler.
    private static final long A_MOMENT_NANOS = 10_000;

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger timedOut = new AtomicInteger();

    @Test
    @Timeout(60)
    void permitsAreNeverExceededAndAllReleased() throws InterruptedException {
        // Short enough that some of the hundred threads time out.
        enterAndLeave(Duration.ofMillis(2));
    }

    @Test
    @Timeout(60)
    void cancelledWaiterNeverStrandsAnother() throws InterruptedException {
        // Far longer than the test takes, so a thread that is not woken fails it.
        enterAndLeave(Duration.ofMinutes(2));
        assertThat(timedOut.get()).isZero();
    }

    private void enterAndLeave(Duration longestWait) throws InterruptedException {
        StoreLimiter gate = new StoreLimiter(PERMITS, longestWait, System::nanoTime);
        List<AtomicBoolean> flags = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            AtomicBoolean unwanted = new AtomicBoolean();
            flags.add(unwanted);
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            enterAndLeave(gate, number, unwanted);
                                        } finally {
                                            running.countDown();
                                        }
                                    }));
        }
        Random random = new Random(1);
        while (running.getCount() > 0) {
            int unlucky = random.nextInt(THREADS);
            flags.get(unlucky).set(true);
            LockSupport.unpark(threads.get(unlucky));
            LockSupport.parkNanos(A_MOMENT_NANOS);
        }
        assertThat(mostInside.get()).isLessThanOrEqualTo(PERMITS);
        assertThat(entered.get()).isPositive();
        assertThat(gate.inUse()).isZero();
        assertThat(gate.waiting()).isZero();
        assertThat(gate.clients()).isZero();
    }

    private void enterAndLeave(StoreLimiter gate, int number, AtomicBoolean unwanted) {
        Random random = new Random(number);
        ObjectId object = ObjectId.of("films", "film " + number % 7);
        for (int round = 0; round < ROUNDS; round++) {
            unwanted.set(false);
            try (StoreLimiter.Permit permit =
                    gate.enter(object, "client " + number % 11, unwanted::get)) {
                mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
                entered.incrementAndGet();
                for (int block = random.nextInt(5); block > 0; block--) {
                    LockSupport.parkNanos(A_MOMENT_NANOS);
                    if (permit.isOwedToOthers()) {
                        break;
                    }
                }
                inside.decrementAndGet();
            } catch (ReadCancelledException e) {
                // Cancelled: next round.
            } catch (OverloadedException e) {
                timedOut.incrementAndGet();
            }
        }
    }
}
