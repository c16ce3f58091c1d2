package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.engine.CachedMetadata.Found;
import io.rangestream.engine.CachedMetadata.Known;
import io.rangestream.engine.CachedMetadata.WaitLimit;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenOptions;
import io.rangestream.store.OpenOptions.Freshness;
import io.rangestream.store.ReadCancelledException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Tests which callers share a metadata lookup, and which need another. */
class MetadataLookupTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CachedMetadata object = new CachedMetadata(EngineParts.ID);
    private final ScriptedLookups lookups = new ScriptedLookups();

    private static OpenOptions request(Freshness freshness) {
        return new OpenOptions(EngineParts.ID, Optional.empty(), freshness, false, "viewer");
    }

    private static OpenOptions withChecksum() {
        return new OpenOptions(
                EngineParts.ID, Optional.empty(), Freshness.LIFETIME, true, "viewer");
    }

    private static WaitLimit limit() {
        return new WaitLimit(System.nanoTime() + HOUR.toNanos(), new Cancellation());
    }

    /** Calls find on a new thread, and returns when that thread waits. */
    private CompletableFuture<Found> opener(OpenOptions request) {
        return opener(request, new Cancellation());
    }

    private CompletableFuture<Found> opener(OpenOptions request, Cancellation cancellation) {
        WaitLimit limit = new WaitLimit(System.nanoTime() + HOUR.toNanos(), cancellation);
        CompletableFuture<Found> found = new CompletableFuture<>();
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        found.complete(object.find(request, HOUR, limit, lookups));
                                    } catch (RuntimeException e) {
                                        found.completeExceptionally(e);
                                    }
                                });
        Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return found;
    }

    @Test
    void lookupWithoutResultFailsCallersAndIsReplaced() {
        assertThatThrownBy(
                        () ->
                                object.find(
                                        request(Freshness.LIFETIME),
                                        HOUR,
                                        limit(),
                                        (known, _, _) ->
                                                new MetadataLookup(
                                                        known,
                                                        true,
                                                        _ -> {
                                                            throw new StackOverflowError(
                                                                    "by a test");
                                                        })))
                .hasMessage("the lookup ended without a result");
        CompletableFuture<Found> next = opener(request(Freshness.LIFETIME));
        assertThat(lookups.started).as("another lookup").hasSize(1);
        Known answer = lookups.started.getFirst().succeed();
        assertThat(next.join().known()).isSameAs(answer);
    }

    @Test
    void concurrentCallersShareOneLookup() {
        List<CompletableFuture<Found>> openers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            openers.add(opener(request(Freshness.LIFETIME)));
        }
        assertThat(lookups.started).hasSize(1);
        Known answer = lookups.started.getFirst().succeed();
        assertThat(openers)
                .allSatisfy(opener -> assertThat(opener.join().known()).isSameAs(answer))
                .filteredOn(opener -> opener.join().collapsed())
                .hasSize(19);
    }

    @Test
    void startingCallerReceivesTheFetch() {
        lookups.isHead = false;
        CompletableFuture<Found> first = opener(request(Freshness.LIFETIME));
        CompletableFuture<Found> second = opener(request(Freshness.LIFETIME));
        SharedFetch fetch = EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));
        lookups.started.getFirst().succeedWith(fetch);
        assertThat(first.join().fetch()).isSameAs(fetch);
        assertThat(first.join().broughtBytes()).isTrue();
        assertThat(second.join().fetch()).isNull();
        assertThat(second.join().broughtBytes()).isTrue();
        assertThat(fetch.isUnwanted()).isFalse();
    }

    @Test
    void lateCallersShareTheNextLookup() {
        CompletableFuture<Found> early = opener(request(Freshness.LIFETIME));
        List<CompletableFuture<Found>> late =
                List.of(opener(request(Freshness.ASKED_NOW)), opener(request(Freshness.ASKED_NOW)));
        Known first = lookups.started.getFirst().succeed();
        assertThat(early.join().known()).isSameAs(first);
        Awaitility.await().until(() -> lookups.started.size() == 2);
        assertThat(late).noneMatch(CompletableFuture::isDone);
        Known second = lookups.started.getLast().succeed();
        assertThat(late).allSatisfy(opener -> assertThat(opener.join().known()).isSameAs(second));
        assertThat(lookups.started).hasSize(2);
    }

    @Test
    void checksumCallerIgnoresResultOfGet() {
        lookups.isHead = false;
        CompletableFuture<Found> early = opener(request(Freshness.LIFETIME));
        CompletableFuture<Found> late = opener(withChecksum());
        lookups.isHead = true;
        lookups.started.getFirst().succeed();
        early.join();
        Awaitility.await().until(() -> lookups.started.size() == 2);
        Known second = lookups.started.getLast().succeed();
        assertThat(late.join().known()).isSameAs(second);
    }

    @Test
    void failureReachesOnlyCallersThatCouldUseTheResult() {
        CompletableFuture<Found> first = opener(request(Freshness.LIFETIME));
        CompletableFuture<Found> second = opener(request(Freshness.LIFETIME));
        CompletableFuture<Found> late = opener(request(Freshness.ASKED_NOW));
        Unavailable why = new Unavailable(EngineParts.ID, "by a test", null);
        lookups.started.getFirst().fail(why);
        for (CompletableFuture<Found> opener : List.of(first, second)) {
            assertThatThrownBy(opener::join).hasCause(why);
        }
        Awaitility.await().until(() -> lookups.started.size() == 2);
        Known answer = lookups.started.getLast().succeed();
        assertThat(late.join().known()).isSameAs(answer);
    }

    @Test
    void failureIsNotCached() {
        CompletableFuture<Found> first = opener(request(Freshness.LIFETIME));
        lookups.started.getFirst().fail(new Unavailable(EngineParts.ID, "by a test", null));
        assertThatThrownBy(first::join).hasCauseInstanceOf(Unavailable.class);
        lookups.succeedAtOnce();
        object.find(request(Freshness.LIFETIME), HOUR, limit(), lookups);
        assertThat(lookups.started).hasSize(2);
    }

    @Test
    void timedOutCallerReleasesLateFetch() {
        assertThatThrownBy(
                        () ->
                                object.find(
                                        request(Freshness.LIFETIME),
                                        HOUR,
                                        new WaitLimit(System.nanoTime(), new Cancellation()),
                                        lookups))
                .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.isTimeout()).isTrue());
        SharedFetch fetch = EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));
        lookups.started.getFirst().succeedWith(fetch);
        Awaitility.await().until(fetch::isUnwanted);
    }

    /** Metadata may be cached between the caller's first check and the lock. */
    @Test
    void usesMetadataCachedDuringLockWait() {
        CountDownLatch learning = new CountDownLatch(1);
        CountDownLatch resume = new CountDownLatch(1);
        CachedVersion version = EngineParts.version(1);
        Known answer = new Known(version, version.representation(), System.nanoTime(), true);
        var _ =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        object.update(
                                                _ -> {
                                                    learning.countDown();
                                                    awaitLatch(resume);
                                                    return answer;
                                                }));
        awaitLatch(learning);
        CompletableFuture<Found> found = new CompletableFuture<>();
        Thread opener =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        found.complete(
                                                object.find(
                                                        request(Freshness.LIFETIME),
                                                        HOUR,
                                                        limit(),
                                                        lookups)));
        Awaitility.await().until(() -> opener.getState() == Thread.State.BLOCKED);
        lookups.succeedAtOnce();
        resume.countDown();
        assertThat(found.join().known()).isSameAs(answer);
        assertThat(lookups.started).isEmpty();
    }

    @Test
    void cancelledCallerLeavesOthersWaiting() {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Found> leaving = opener(request(Freshness.LIFETIME), cancellation);
        CompletableFuture<Found> staying = opener(request(Freshness.LIFETIME));
        cancellation.cancel();
        assertThatThrownBy(leaving::join).hasCauseInstanceOf(ReadCancelledException.class);
        assertThat(lookups.started.getFirst().isUnwanted()).isFalse();
        Known answer = lookups.started.getFirst().succeed();
        assertThat(staying.join().known()).isSameAs(answer);
        assertThat(lookups.started).hasSize(1);
    }

    @Test
    void interruptedCallerLeavesOthersWaiting() {
        InterruptibleWait leaving =
                InterruptibleWait.start(
                        () -> object.find(request(Freshness.LIFETIME), HOUR, limit(), lookups));
        CompletableFuture<Found> staying = opener(request(Freshness.LIFETIME));

        leaving.interrupt();

        leaving.assertCancelledAndInterrupted();
        assertThat(lookups.started.getFirst().isUnwanted()).isFalse();
        Known known = lookups.started.getFirst().succeed();
        assertThat(staying.join().known()).isSameAs(known);
        assertThat(lookups.started).hasSize(1);
    }

    @Test
    void interruptOfTheOnlyCallerCancelsTheLookup() {
        InterruptibleWait.startInterrupted(
                        () -> object.find(request(Freshness.LIFETIME), HOUR, limit(), lookups))
                .assertCancelledAndInterrupted();

        assertThat(lookups.started.getFirst().isUnwanted()).isTrue();
    }

    @Test
    void cancelEndsWaitForUnusableResult() {
        CompletableFuture<Found> first = opener(request(Freshness.LIFETIME));
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Found> late = opener(request(Freshness.ASKED_NOW), cancellation);
        cancellation.cancel();
        assertThatThrownBy(late::join).hasCauseInstanceOf(ReadCancelledException.class);
        lookups.started.getFirst().succeed();
        first.join();
        assertThat(lookups.started).hasSize(1);
    }

    @Test
    void lookupWithoutCallersIsCancelledAndReplaced() {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Found> one = opener(request(Freshness.LIFETIME), cancellation);
        CompletableFuture<Found> other = opener(request(Freshness.LIFETIME), cancellationOf(one));
        cancellation.cancel();
        assertThatThrownBy(one::join).hasCauseInstanceOf(ReadCancelledException.class);
        assertThatThrownBy(other::join).hasCauseInstanceOf(ReadCancelledException.class);
        Awaitility.await().until(lookups.started.getFirst()::isUnwanted);
        lookups.succeedAtOnce();
        object.find(request(Freshness.LIFETIME), HOUR, limit(), lookups);
        assertThat(lookups.started).hasSize(2);
    }

    /** A cancellation that follows the end of another caller's wait. */
    private static Cancellation cancellationOf(CompletableFuture<Found> other) {
        Cancellation cancellation = new Cancellation();
        var _ = other.whenComplete((_, _) -> cancellation.cancel());
        return cancellation;
    }

    @Test
    void cancelledCallerDoesNotWait() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        WaitLimit limit = new WaitLimit(System.nanoTime() + HOUR.toNanos(), cancellation);
        assertThatThrownBy(() -> object.find(request(Freshness.LIFETIME), HOUR, limit, lookups))
                .isInstanceOf(ReadCancelledException.class);
        assertThat(lookups.started.getFirst().isUnwanted()).isTrue();
    }

    @Test
    void joinedCallerInheritsFetchIfStarterLeft() {
        lookups.isHead = false;
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Found> leaving = opener(request(Freshness.LIFETIME), cancellation);
        CompletableFuture<Found> staying = opener(request(Freshness.LIFETIME));
        cancellation.cancel();
        assertThatThrownBy(leaving::join).hasCauseInstanceOf(ReadCancelledException.class);
        SharedFetch fetch = EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));
        lookups.started.getFirst().succeedWith(fetch);
        assertThat(staying.join().fetch()).isSameAs(fetch);
        assertThat(fetch.isUnwanted()).isFalse();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
