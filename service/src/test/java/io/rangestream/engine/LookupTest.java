package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.engine.KnownObject.Found;
import io.rangestream.engine.KnownObject.Known;
import io.rangestream.engine.KnownObject.Patience;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenRequest;
import io.rangestream.store.OpenRequest.Freshness;
import io.rangestream.store.ReadCancelledException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Who may share whose question to the store, and who must put another. */
class LookupTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final KnownObject object = new KnownObject(EngineParts.ID);
    private final ScriptedAsker asker = new ScriptedAsker();

    private static OpenRequest request(Freshness freshness) {
        return new OpenRequest(EngineParts.ID, Optional.empty(), freshness, false, "viewer");
    }

    private static OpenRequest withChecksum() {
        return new OpenRequest(
                EngineParts.ID, Optional.empty(), Freshness.LIFETIME, true, "viewer");
    }

    private static Patience patience() {
        return new Patience(System.nanoTime() + HOUR.toNanos(), new Cancellation());
    }

    /** An opener on a thread of its own, once it waits. */
    private CompletableFuture<Found> opener(OpenRequest request) {
        return opener(request, new Cancellation());
    }

    private CompletableFuture<Found> opener(OpenRequest request, Cancellation cancellation) {
        Patience patience = new Patience(System.nanoTime() + HOUR.toNanos(), cancellation);
        CompletableFuture<Found> found = new CompletableFuture<>();
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        found.complete(object.find(request, HOUR, patience, asker));
                                    } catch (RuntimeException e) {
                                        found.completeExceptionally(e);
                                    }
                                });
        Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return found;
    }

    @Test
    void questionThatEndsWithoutAnAnswerFailsWhoWaitsAndIsForgotten() {
        assertThatThrownBy(
                        () ->
                                object.find(
                                        request(Freshness.LIFETIME),
                                        HOUR,
                                        patience(),
                                        (known, _, _) ->
                                                new Lookup(
                                                        known,
                                                        true,
                                                        _ -> {
                                                            throw new StackOverflowError(
                                                                    "by a test");
                                                        })))
                .hasMessage("the lookup ended without an answer");
        CompletableFuture<Found> next = opener(request(Freshness.LIFETIME));
        assertThat(asker.questions).as("asked anew").hasSize(1);
        Known answer = asker.questions.getFirst().answer();
        assertThat(next.join().known()).isSameAs(answer);
    }

    @Test
    void oneQuestionIsPutHoweverManyAsk() {
        List<CompletableFuture<Found>> openers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            openers.add(opener(request(Freshness.LIFETIME)));
        }
        assertThat(asker.questions).hasSize(1);
        Known answer = asker.questions.getFirst().answer();
        assertThat(openers)
                .allSatisfy(opener -> assertThat(opener.join().known()).isSameAs(answer))
                .filteredOn(opener -> opener.join().collapsed())
                .hasSize(19);
    }

    @Test
    void whoPutTheQuestionGetsTheFetchThatCameAlong() {
        asker.isHead = false;
        CompletableFuture<Found> first = opener(request(Freshness.LIFETIME));
        CompletableFuture<Found> second = opener(request(Freshness.LIFETIME));
        SharedFetch fetch = EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));
        asker.questions.getFirst().answerWith(fetch);
        assertThat(first.join().fetch()).isSameAs(fetch);
        assertThat(first.join().broughtBytes()).isTrue();
        assertThat(second.join().fetch()).isNull();
        assertThat(second.join().broughtBytes()).isTrue();
        assertThat(fetch.isUnwanted()).isFalse();
    }

    @Test
    void aQuestionPutTooEarlyIsNotTakenAndTheNextIsForAllWhoWait() {
        CompletableFuture<Found> early = opener(request(Freshness.LIFETIME));
        List<CompletableFuture<Found>> late =
                List.of(opener(request(Freshness.ASKED_NOW)), opener(request(Freshness.ASKED_NOW)));
        Known first = asker.questions.getFirst().answer();
        assertThat(early.join().known()).isSameAs(first);
        Awaitility.await().until(() -> asker.questions.size() == 2);
        assertThat(late).noneMatch(CompletableFuture::isDone);
        Known second = asker.questions.getLast().answer();
        assertThat(late).allSatisfy(opener -> assertThat(opener.join().known()).isSameAs(second));
        assertThat(asker.questions).hasSize(2);
    }

    @Test
    void whoWantsTheChecksumDoesNotTakeTheAnswerToAGet() {
        asker.isHead = false;
        CompletableFuture<Found> early = opener(request(Freshness.LIFETIME));
        CompletableFuture<Found> late = opener(withChecksum());
        asker.isHead = true;
        asker.questions.getFirst().answer();
        early.join();
        Awaitility.await().until(() -> asker.questions.size() == 2);
        Known second = asker.questions.getLast().answer();
        assertThat(late.join().known()).isSameAs(second);
    }

    @Test
    void aFailureIsForThoseWhoCouldHaveTakenTheAnswer() {
        CompletableFuture<Found> first = opener(request(Freshness.LIFETIME));
        CompletableFuture<Found> second = opener(request(Freshness.LIFETIME));
        CompletableFuture<Found> late = opener(request(Freshness.ASKED_NOW));
        Unavailable why = new Unavailable(EngineParts.ID, "by a test", null);
        asker.questions.getFirst().fail(why);
        for (CompletableFuture<Found> opener : List.of(first, second)) {
            assertThatThrownBy(opener::join).hasCause(why);
        }
        Awaitility.await().until(() -> asker.questions.size() == 2);
        Known answer = asker.questions.getLast().answer();
        assertThat(late.join().known()).isSameAs(answer);
    }

    @Test
    void aFailureIsNotRemembered() {
        CompletableFuture<Found> first = opener(request(Freshness.LIFETIME));
        asker.questions.getFirst().fail(new Unavailable(EngineParts.ID, "by a test", null));
        assertThatThrownBy(first::join).hasCauseInstanceOf(Unavailable.class);
        asker.answerAtOnce();
        object.find(request(Freshness.LIFETIME), HOUR, patience(), asker);
        assertThat(asker.questions).hasSize(2);
    }

    @Test
    void whoWaitsTooLongIsToldSoAndTheFetchThatComesLateIsLetGo() {
        assertThatThrownBy(
                        () ->
                                object.find(
                                        request(Freshness.LIFETIME),
                                        HOUR,
                                        new Patience(System.nanoTime(), new Cancellation()),
                                        asker))
                .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.isTimeout()).isTrue());
        SharedFetch fetch = EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));
        asker.questions.getFirst().answerWith(fetch);
        Awaitility.await().until(fetch::isUnwanted);
    }

    /** Between a look at what is known and the lock under which it is asked, an answer may come. */
    @Test
    void anAnswerThatComesInTheMeantimeIsTaken() {
        CountDownLatch learning = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CachedVersion version = EngineParts.version(1);
        Known answer = new Known(version, version.representation(), System.nanoTime(), true);
        var _ =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        object.learn(
                                                _ -> {
                                                    learning.countDown();
                                                    awaitLatch(goOn);
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
                                                        patience(),
                                                        asker)));
        Awaitility.await().until(() -> opener.getState() == Thread.State.BLOCKED);
        asker.answerAtOnce();
        goOn.countDown();
        assertThat(found.join().known()).isSameAs(answer);
        assertThat(asker.questions).isEmpty();
    }

    @Test
    void whoLeavesIsFreeAtOnceAndTheOthersHaveTheirAnswer() {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Found> leaving = opener(request(Freshness.LIFETIME), cancellation);
        CompletableFuture<Found> staying = opener(request(Freshness.LIFETIME));
        cancellation.cancel();
        assertThatThrownBy(leaving::join).hasCauseInstanceOf(ReadCancelledException.class);
        assertThat(asker.questions.getFirst().isUnwanted()).isFalse();
        Known answer = asker.questions.getFirst().answer();
        assertThat(staying.join().known()).isSameAs(answer);
        assertThat(asker.questions).hasSize(1);
    }

    @Test
    void whoJoinedAndLeavesIsFreeAtOnceEvenWhereTheAnswerWouldNotBeForHim() {
        CompletableFuture<Found> first = opener(request(Freshness.LIFETIME));
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Found> late = opener(request(Freshness.ASKED_NOW), cancellation);
        cancellation.cancel();
        assertThatThrownBy(late::join).hasCauseInstanceOf(ReadCancelledException.class);
        asker.questions.getFirst().answer();
        first.join();
        assertThat(asker.questions).hasSize(1);
    }

    @Test
    void aQuestionThatAllHaveLeftIsGivenUpAndWhoComesPutsAnother() {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Found> one = opener(request(Freshness.LIFETIME), cancellation);
        CompletableFuture<Found> other = opener(request(Freshness.LIFETIME), cancellationOf(one));
        cancellation.cancel();
        assertThatThrownBy(one::join).hasCauseInstanceOf(ReadCancelledException.class);
        assertThatThrownBy(other::join).hasCauseInstanceOf(ReadCancelledException.class);
        Awaitility.await().until(asker.questions.getFirst()::isUnwanted);
        asker.answerAtOnce();
        object.find(request(Freshness.LIFETIME), HOUR, patience(), asker);
        assertThat(asker.questions).hasSize(2);
    }

    /** Who leaves as soon as another has. */
    private static Cancellation cancellationOf(CompletableFuture<Found> other) {
        Cancellation cancellation = new Cancellation();
        var _ = other.whenComplete((_, _) -> cancellation.cancel());
        return cancellation;
    }

    @Test
    void whoHasLeftBeforeHeWaitsDoesNotWait() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        Patience patience = new Patience(System.nanoTime() + HOUR.toNanos(), cancellation);
        assertThatThrownBy(() -> object.find(request(Freshness.LIFETIME), HOUR, patience, asker))
                .isInstanceOf(ReadCancelledException.class);
        assertThat(asker.questions.getFirst().isUnwanted()).isTrue();
    }

    @Test
    void theFetchThatCameAlongIsForWhoJoinedWhereTheAskerHasLeft() {
        asker.isHead = false;
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Found> leaving = opener(request(Freshness.LIFETIME), cancellation);
        CompletableFuture<Found> staying = opener(request(Freshness.LIFETIME));
        cancellation.cancel();
        assertThatThrownBy(leaving::join).hasCauseInstanceOf(ReadCancelledException.class);
        SharedFetch fetch = EngineParts.idleFetch(EngineParts.context(4), EngineParts.version(1));
        asker.questions.getFirst().answerWith(fetch);
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
