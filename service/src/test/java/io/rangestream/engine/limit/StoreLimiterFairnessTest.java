package io.rangestream.engine.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.store.ObjectId;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

class StoreLimiterFairnessTest {
    private static final ObjectId BIG = ObjectId.of("films", "big");
    private static final ObjectId FILM = ObjectId.of("films", "film");
    private static final int PERMITS = 64;

    private final StoreLimiter gate =
            new StoreLimiter(PERMITS, Duration.ofMinutes(1), System::nanoTime);

    private List<StoreLimiter.Permit> take(int count, String client, ObjectId object) {
        List<StoreLimiter.Permit> permits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            permits.add(gate.enter(object, client, () -> false));
        }
        return permits;
    }

    private List<WaitingThread> queue(int count, String client, ObjectId object) {
        List<WaitingThread> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiting.add(WaitingThread.in(gate, object, client));
        }
        return waiting;
    }

    @Test
    void newClientGetsPermitAfterOneBlockOfSixtyFourConnections() {
        List<StoreLimiter.Permit> longGets = take(PERMITS, "download manager", BIG);
        List<WaitingThread> more = queue(PERMITS, "download manager", BIG);
        assertThat(longGets).noneMatch(StoreLimiter.Permit::isOwedToOthers);

        WaitingThread film = WaitingThread.in(gate, FILM, "film client");
        assertThat(longGets).allMatch(StoreLimiter.Permit::isOwedToOthers);
        // The first of the long GETs ends its block.
        longGets.getFirst().close();
        StoreLimiter.Permit filmsPermit = film.permit();
        assertThat(more).noneMatch(WaitingThread::isDone);
        assertThat(longGets).noneMatch(StoreLimiter.Permit::isOwedToOthers);
        assertThat(filmsPermit.isOwedToOthers()).isFalse();

        filmsPermit.close();
        longGets.forEach(StoreLimiter.Permit::close);
        more.forEach(waiting -> waiting.permit().close());
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void twoGreedyClientsEndWithHalfEach() {
        List<StoreLimiter.Permit> first = take(PERMITS, "first", BIG);
        List<WaitingThread> second = queue(PERMITS, "second", FILM);
        int closed = 0;
        for (StoreLimiter.Permit permit : first) {
            if (!permit.isOwedToOthers()) {
                break;
            }
            permit.close();
            closed++;
        }
        assertThat(closed).isEqualTo(PERMITS / 2);
        await().until(() -> second.stream().filter(WaitingThread::isDone).count() == PERMITS / 2);
        // From then on the two no longer take permits from each other.
        assertThat(first.subList(closed, PERMITS)).noneMatch(StoreLimiter.Permit::isOwedToOthers);
        assertThat(second.stream().filter(WaitingThread::isDone).map(WaitingThread::permit))
                .noneMatch(StoreLimiter.Permit::isOwedToOthers);
        first.forEach(StoreLimiter.Permit::close);
        second.forEach(waiting -> waiting.permit().close());
    }

    @Test
    void moreClientsThanPermitsTakeTurns() {
        List<StoreLimiter.Permit> permits = new ArrayList<>();
        for (int i = 0; i < PERMITS; i++) {
            permits.addAll(take(1, "client " + i, FILM));
        }
        WaitingThread oneMore = WaitingThread.in(gate, FILM, "one more");
        assertThat(permits).allMatch(StoreLimiter.Permit::isOwedToOthers);
        permits.getFirst().close();
        oneMore.permit().close();
        permits.forEach(StoreLimiter.Permit::close);
    }

    @Test
    void secondObjectOfAClientGetsPermit() {
        List<StoreLimiter.Permit> big = take(PERMITS, "behind one address", BIG);
        List<WaitingThread> moreOfIt = queue(3, "behind one address", BIG);
        WaitingThread film = WaitingThread.in(gate, FILM, "behind one address");
        assertThat(big).allMatch(StoreLimiter.Permit::isOwedToOthers);
        big.getFirst().close();
        film.permit().close();
        assertThat(moreOfIt.stream().filter(Predicate.not(WaitingThread::isDone)).count())
                .isGreaterThanOrEqualTo(2);
        big.forEach(StoreLimiter.Permit::close);
        moreOfIt.forEach(waiting -> waiting.permit().close());
    }
}
