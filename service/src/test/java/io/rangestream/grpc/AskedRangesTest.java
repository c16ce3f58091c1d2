package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.ReadCancelledException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

@Timeout(60)
final class AskedRangesTest {
    private final List<Boolean> idle = new ArrayList<>();
    private final AskedRanges ranges = new AskedRanges(idle::add);

    private static AskedRange range(long readId, long firstPos, long lastPos) {
        return new AskedRange(readId, RangeSpec.of(firstPos, lastPos));
    }

    private AskedRanges.Work openAndTake(AskedRange... batch) {
        ranges.opening();
        ranges.opened(1_000_000);
        ranges.add(List.of(batch));
        return ranges.takeForNewReader().orElseThrow();
    }

    /**
     * A platform thread in a wait.
     *
     * @param interrupted the interrupt flag after the wait
     */
    private record Waiting(Thread thread, CompletableFuture<Boolean> interrupted) {
        static Waiting in(Runnable wait) {
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread thread =
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        wait.run();
                                        interrupted.complete(
                                                Thread.currentThread().isInterrupted());
                                    });
            Waiting waiting = new Waiting(thread, interrupted);
            waiting.awaitWaiting();
            return waiting;
        }

        void awaitWaiting() {
            await().until(() -> thread.getState() == Thread.State.WAITING);
        }
    }

    private void assertInterruptEndsTheStream(Runnable wait) {
        Waiting waiting = Waiting.in(wait);
        waiting.thread().interrupt();
        assertThat(waiting.interrupted().join()).isTrue();
        assertThat(ranges.mustStop()).isTrue();
        assertThatThrownBy(ranges::status).isInstanceOf(ReadCancelledException.class);
    }

    @Test
    void interruptedWaitForOpenEndsTheStream() {
        assertInterruptEndsTheStream(() -> assertThat(ranges.awaitOpening()).isFalse());
    }

    @Test
    void interruptedWaitForFinalMessageEndsTheStream() {
        ranges.opening();
        ranges.opened(10);
        assertInterruptEndsTheStream(() -> assertThat(ranges.nextVerdict()).isEmpty());
    }

    @Test
    void interruptedWaitForReadersKeepsWaitingWithoutSpinning() {
        openAndTake(range(1, 0, 9));
        Waiting waiting = Waiting.in(ranges::awaitReaders);
        waiting.thread().interrupt();
        await().until(ranges::mustStop);
        waiting.awaitWaiting();
        waiting.thread().interrupt();
        waiting.awaitWaiting();
        assertThat(ranges.takeNext()).isEmpty();
        assertThat(waiting.interrupted().join()).isTrue();
    }

    @Test
    void nearRangesOfABatchAreTakenTogether() {
        AskedRanges.Work work = openAndTake(range(1, 100, 109), range(2, 0, 9), range(3, 50, 59));
        assertThat(work.cover()).isEqualTo(new ByteRange(0, 109));
        assertThat(work.ranges()).extracting(AskedRange::readId).containsExactly(2L, 3L, 1L);
        assertThat(ranges.takeForNewReader()).isEmpty();
    }

    @Test
    void streamIsIdleOnlyWithoutUnfinishedRanges() {
        assertThat(idle).containsExactly(true);
        ranges.opening();
        assertThat(idle).containsExactly(true, false);
        ranges.opened(10);
        assertThat(idle).containsExactly(true, false, true);
        AskedRange range = range(1, 0, 9);
        ranges.add(List.of(range));
        assertThat(idle).containsExactly(true, false, true, false);
        ranges.completed(range);
        assertThat(idle).containsExactly(true, false, true, false, true);
    }
}
