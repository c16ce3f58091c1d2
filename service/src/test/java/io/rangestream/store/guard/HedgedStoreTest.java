package io.rangestream.store.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;
import io.rangestream.store.memory.InMemoryObjectStore;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

class HedgedStoreTest {
    private static final ObjectId FILM = ObjectId.of("films", "film");
    private static final Duration AT_ONCE = Duration.ofNanos(1);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final int ALL = 100;

    private final HeldOpens held = new HeldOpens(representation());

    private static Representation representation() {
        InMemoryObjectStore memory =
                InMemoryObjectStore.create(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        memory.createBucket("films");
        memory.put("films", "film", new byte[] {'a'});
        return memory.head(FILM);
    }

    private CompletableFuture<Fetch> open(HedgedStore store) {
        return CompletableFuture.supplyAsync(
                () -> store.open(FILM, Optional.empty(), RangeSpec.from(0)),
                task -> Thread.ofVirtual().start(task));
    }

    private HedgedStore hedged(Duration after, int percent) {
        return new HedgedStore(held, new HedgeLimits(after, percent));
    }

    @Test
    void aQuickAnswerIsAskedForOnce() {
        CompletableFuture<Fetch> open = open(hedged(NEVER, ALL));
        held.awaitOpens(1);
        HeldOpens.Answer answer = held.answer(0);
        assertThat(open.join()).isSameAs(answer);
        assertThat(held.opens()).isEqualTo(1);
        assertThat(answer.isOpen()).isTrue();
    }

    @Test
    void theFirstAnswerWinsAndTheOtherIsGivenUpAsItComes() {
        for (int winner = 0; winner < 2; winner++) {
            int before = held.opens();
            CompletableFuture<Fetch> open = open(hedged(AT_ONCE, ALL));
            held.awaitOpens(before + 2);
            HeldOpens.Answer won = held.answer(before + winner);
            assertThat(open.join()).isSameAs(won);
            HeldOpens.Answer lost = held.answer(before + 1 - winner);
            await().until(lost::wasAborted);
            assertThat(won.isOpen()).isTrue();
        }
    }

    @Test
    void thatThereIsNoneIsAnAnswer() {
        CompletableFuture<Fetch> open = open(hedged(AT_ONCE, ALL));
        held.awaitOpens(2);
        held.fail(1, new NotFound(Missing.OBJECT, FILM));
        assertThatThrownBy(open::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(NotFound.class);
        HeldOpens.Answer late = held.answer(0);
        await().until(late::wasAborted);
    }

    @Test
    void aFailureWaitsForTheOther() {
        CompletableFuture<Fetch> open = open(hedged(AT_ONCE, ALL));
        held.awaitOpens(2);
        held.fail(0, new Unavailable(FILM, "down", null));
        HeldOpens.Answer answer = held.answer(1);
        assertThat(open.join()).isSameAs(answer);
    }

    @Test
    void twoFailuresAreOne() {
        CompletableFuture<Fetch> open = open(hedged(AT_ONCE, ALL));
        held.awaitOpens(2);
        held.fail(1, new Unavailable(FILM, "down", null));
        held.fail(0, new Throttled(FILM, Optional.empty(), null));
        assertThatThrownBy(open::join)
                .satisfies(
                        e ->
                                assertThat(e.getCause())
                                        .isInstanceOfAny(Unavailable.class, Throttled.class));
    }

    @Test
    void aFailureBeforeTheTimeIsNotAskedAgain() {
        CompletableFuture<Fetch> open = open(hedged(NEVER, ALL));
        held.awaitOpens(1);
        held.fail(0, new Unavailable(FILM, "down", null));
        assertThatThrownBy(open::join).hasCauseInstanceOf(Unavailable.class);
        assertThat(held.opens()).isEqualTo(1);
    }

    @Test
    void ofAHundredSlowOnesFiveAreAskedTwice() {
        HedgedStore store = hedged(AT_ONCE, 5);
        int hedged = 0;
        for (int i = 0; i < 100; i++) {
            int before = held.opens();
            CompletableFuture<Fetch> open = open(store);
            boolean twice = (i + 1) % 20 == 0;
            held.awaitOpens(before + (twice ? 2 : 1));
            hedged += twice ? 1 : 0;
            for (int number = before; number < held.opens(); number++) {
                held.answer(number);
            }
            open.join().close();
        }
        assertThat(held.opens()).isEqualTo(100 + hedged);
        assertThat(hedged).isEqualTo(5);
    }

    @Test
    void whoIsInterruptedWaitsNoLongerAndWhatComesIsGivenUp() {
        HedgedStore store = hedged(NEVER, ALL);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread reader =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        store.open(FILM, Optional.empty(), RangeSpec.from(0))
                                                .close();
                                        interrupted.complete(false);
                                    } catch (ReadCancelledException e) {
                                        interrupted.complete(
                                                Thread.currentThread().isInterrupted());
                                    }
                                });
        held.awaitOpens(1);
        reader.interrupt();
        assertThat(interrupted.join()).isTrue();
        HeldOpens.Answer late = held.answer(0);
        await().until(late::wasAborted);
    }

    @Test
    void metadataIsAskedForOnce() {
        assertThat(hedged(AT_ONCE, ALL).head(FILM).completeLength()).isEqualTo(1);
    }
}
