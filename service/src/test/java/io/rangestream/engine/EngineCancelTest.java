package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.ID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Cancellation;
import io.rangestream.store.OpenRead;
import io.rangestream.store.OpenRequest;
import io.rangestream.store.OpenRequest.Freshness;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Tests that cancelled callers and readers stop waiting for a store that does not respond. */
class EngineCancelTest {
    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final AtomicInteger stuck = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final Cancellation cancellation = new Cancellation();

    /** Blocks like a read of a socket without data, which ends only by an interrupt. */
    private void blockUntilInterrupted() {
        stuck.incrementAndGet();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            throw new IllegalStateException("the connection was closed", e);
        }
    }

    private CompletableFuture<OpenRead> opener(
            EngineUnderTest engine, Optional<RangeSpec> firstWanted) {
        return CompletableFuture.supplyAsync(
                () ->
                        engine.engine.open(
                                new OpenRequest(
                                        ID, firstWanted, Freshness.LIFETIME, false, "viewer"),
                                cancellation),
                task -> Thread.ofVirtual().start(task));
    }

    @Test
    void cancelEndsMetadataGet() {
        store.beforeOpen = this::blockUntilInterrupted;
        assertCancelEndsOpen(Optional.of(RangeSpec.from(0)));
    }

    @Test
    void cancelEndsHead() {
        store.beforeHead = this::blockUntilInterrupted;
        assertCancelEndsOpen(Optional.empty());
    }

    private void assertCancelEndsOpen(Optional<RangeSpec> firstWanted) {
        try (EngineUnderTest engine = new EngineUnderTest(store)) {
            CompletableFuture<OpenRead> opening = opener(engine, firstWanted);
            Awaitility.await().until(() -> stuck.get() == 1);
            assertThat(engine.gate.inUse()).isEqualTo(1);
            cancellation.cancel();
            assertThatThrownBy(opening::join).hasCauseInstanceOf(ReadCancelledException.class);
            Awaitility.await().until(() -> interrupted.get() == 1);
            Awaitility.await().until(() -> engine.gate.inUse() == 0);
        }
    }

    @Test
    void cancelEndsGetOfOpenRead() {
        try (EngineUnderTest engine = new EngineUnderTest(store);
                OpenRead read = engine.open(Optional.empty())) {
            store.beforeOpen = this::blockUntilInterrupted;
            read.select(new ByteRange(0, 9));
            CompletableFuture<Boolean> advancing =
                    CompletableFuture.supplyAsync(
                            read::advance, task -> Thread.ofVirtual().start(task));
            Awaitility.await().until(() -> stuck.get() == 1);
            read.cancel();
            assertThatThrownBy(advancing::join).hasCauseInstanceOf(ReadCancelledException.class);
            Awaitility.await().until(() -> interrupted.get() == 1);
            Awaitility.await().until(() -> engine.gate.inUse() == 0);
        }
    }

    /** The server interrupts the thread of a stream when its connection ends. */
    @Test
    void interruptedReaderLeavesTheFetchToOthers() {
        CompletableFuture<Void> resume = object.slow.holdAt("k", 0);
        try (EngineUnderTest engine = new EngineUnderTest(store);
                OpenRead stayer = engine.open(RangeSpec.of(0, 9))) {
            CompletableFuture<byte[]> read;
            try (OpenRead leaver = engine.open(RangeSpec.of(0, 9))) {
                leaver.select(new ByteRange(0, 9));
                InterruptibleWait waiting = InterruptibleWait.start(leaver::advance);
                Awaitility.await().until(() -> engine.stats().coalesced() > 0);
                read = CompletableFuture.supplyAsync(() -> EngineUnderTest.bytes(stayer, 0, 9));

                waiting.interrupt();

                waiting.assertCancelledAndInterrupted();
            }
            resume.complete(null);
            assertThat(read.join()).isEqualTo(object.expected(0, 9));
        }
        assertThat(store.opens).hasSize(1);
    }

    @Test
    void interruptedOpenEndsTheLookup() {
        store.beforeHead = this::blockUntilInterrupted;
        try (EngineUnderTest engine = new EngineUnderTest(store)) {
            InterruptibleWait opening =
                    InterruptibleWait.start(() -> engine.open(Optional.empty()));

            opening.interrupt();

            opening.assertCancelledAndInterrupted();
            Awaitility.await().until(() -> engine.gate.inUse() == 0);
            assertThat(engine.stats().openReads()).isZero();
        }
    }

    /** The lookup thread was slow, and meanwhile another lookup found a newer version. */
    @Test
    void lateResponseOfCancelledLookupIsIgnored() {
        CountDownLatch resume = new CountDownLatch(1);
        AtomicInteger looks = new AtomicInteger();
        store.alterCovered =
                covered -> {
                    if (looks.getAndIncrement() == 0) {
                        stuck.incrementAndGet();
                        awaitUninterrupted(resume);
                    }
                    return covered;
                };
        try (EngineUnderTest engine = new EngineUnderTest(store)) {
            CompletableFuture<OpenRead> leaving = opener(engine, Optional.of(RangeSpec.of(0, 9)));
            Awaitility.await().until(() -> stuck.get() == 1);
            cancellation.cancel();
            assertThatThrownBy(leaving::join).hasCauseInstanceOf(ReadCancelledException.class);
            Representation now = object.replace();
            engine.open(Optional.empty()).close();
            resume.countDown();
            Awaitility.await().until(() -> engine.gate.inUse() == 0);
            try (OpenRead read = engine.open(Optional.empty())) {
                assertThat(read.representation().entityTag()).isEqualTo(now.entityTag());
            }
            assertThat(store.heads)
                    .as("only the first of the two opens sends a request")
                    .hasValue(1);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted after the response", e);
        }
    }

    @Test
    void lookupContinuesForOtherCallers() {
        CountDownLatch answer = new CountDownLatch(1);
        store.beforeOpen =
                () -> {
                    stuck.incrementAndGet();
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                };
        try (EngineUnderTest engine = new EngineUnderTest(store)) {
            CompletableFuture<OpenRead> leaving = opener(engine, Optional.of(RangeSpec.of(0, 9)));
            Awaitility.await().until(() -> stuck.get() == 1);
            AtomicReference<Thread> waiting = new AtomicReference<>();
            CompletableFuture<OpenRead> staying =
                    CompletableFuture.supplyAsync(
                            () -> engine.open(RangeSpec.of(0, 9)),
                            task -> waiting.set(Thread.ofPlatform().start(task)));
            Awaitility.await().until(() -> waiting.get().getState() == Thread.State.TIMED_WAITING);
            cancellation.cancel();
            assertThatThrownBy(leaving::join).hasCauseInstanceOf(ReadCancelledException.class);
            answer.countDown();
            try (OpenRead read = staying.join()) {
                assertThat(EngineUnderTest.bytes(read, 0, 9)).hasSize(10);
            }
            assertThat(store.opens).as("the remaining caller inherits the fetch").hasSize(1);
        }
    }
}
