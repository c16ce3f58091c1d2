package io.rangestream.engine.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.engine.limit.PermitQueueModel.Want;
import io.rangestream.store.ObjectId;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Compares the queue with its model over random requests that enter, release and cancel. */
class StoreLimiterModelTest {
    private static final int STEPS = 5_000;
    private static final int VIEWERS = 5;
    private static final int OBJECTS = 4;
    private static final int MOST_WAITING = 40;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void servesInTheOrderOfTheModel(long seed) {
        Random random = new Random(seed);
        int permits = 1 + random.nextInt(8);
        PermitQueue queue = new PermitQueue(permits);
        PermitQueueModel model = new PermitQueueModel(permits);
        Map<Want, PermitRequest> turns = new HashMap<>();
        for (int number = 0; number < STEPS; number++) {
            String where = "seed " + seed + ", step " + number;
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    if (model.waiting() < MOST_WAITING) {
                        enter(random, number, queue, model, turns);
                    }
                }
                case 4, 5, 6 ->
                        any(random, model.grantedNow())
                                .ifPresent(want -> release(want, queue, model, turns, where));
                case 7 ->
                        any(random, model.waitingNow())
                                .ifPresent(
                                        want -> {
                                            queue.leave(turnOf(turns, want));
                                            turns.remove(want);
                                            model.leave(want);
                                        });
                default -> throw new AssertionError();
            }
            assertSame(queue, model, turns, where);
        }
    }

    private static void enter(
            Random random,
            int number,
            PermitQueue queue,
            PermitQueueModel model,
            Map<Want, PermitRequest> turns) {
        Want want =
                new Want(
                        number,
                        "client " + random.nextInt(VIEWERS),
                        ObjectId.of("films", "film " + random.nextInt(OBJECTS)));
        PermitRequest turn = queue.enter(want.object(), want.client(), Thread.currentThread());
        assertThat(turn.isGranted()).isEqualTo(model.enter(want));
        turns.put(want, turn);
    }

    private static void release(
            Want want,
            PermitQueue queue,
            PermitQueueModel model,
            Map<Want, PermitRequest> turns,
            String where) {
        PermitRequest next = queue.release(turnOf(turns, want));
        turns.remove(want);
        PermitRequest expected =
                model.release(want).map(found -> turnOf(turns, found)).orElse(null);
        assertThat(next).as(where).isSameAs(expected);
    }

    private static void assertSame(
            PermitQueue queue,
            PermitQueueModel model,
            Map<Want, PermitRequest> turns,
            String where) {
        assertThat(queue.inUse()).as(where).isEqualTo(model.inUse());
        assertThat(queue.waiting()).as(where).isEqualTo(model.waiting());
        assertThat((long) queue.clients()).as(where).isEqualTo(model.clients());
        for (Want holder : model.grantedNow()) {
            assertThat(turnOf(turns, holder).isGranted()).as(where).isTrue();
            assertThat(queue.isOwed(turnOf(turns, holder)))
                    .as(where)
                    .isEqualTo(model.isOwed(holder));
        }
    }

    private static PermitRequest turnOf(Map<Want, PermitRequest> turns, Want want) {
        PermitRequest turn = turns.get(want);
        if (turn == null) {
            throw new AssertionError("unknown to the test: " + want);
        }
        return turn;
    }

    private static Optional<Want> any(Random random, List<Want> wants) {
        return wants.isEmpty()
                ? Optional.empty()
                : Optional.of(wants.get(random.nextInt(wants.size())));
    }
}
