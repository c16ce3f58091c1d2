package io.rangestream.client.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReadAheadBudgetTest {
    @Test
    void grantsAtMostAQuarterUnlessLittleIsLeft() {
        ReadAheadBudget budget = new ReadAheadBudget(1000);
        assertThat(budget.take(400, 100).bytes()).isEqualTo(250);
        assertThat(budget.take(150, 100).bytes()).isEqualTo(150);
        assertThat(budget.take(400, 100).bytes()).isEqualTo(150);
        assertThat(budget.take(400, 400).bytes()).isEqualTo(400);
        assertThat(budget.take(400, 100).bytes()).isEqualTo(50);
        assertThat(budget.take(400, 100).bytes()).isZero();
        assertThat(budget.left()).isZero();
    }

    @Test
    void releaseIsIdempotent() {
        ReadAheadBudget budget = new ReadAheadBudget(1000);
        ReadAheadBudget.Grant grant = budget.take(100, 100);
        assertThat(budget.left()).isEqualTo(900);
        grant.release();
        grant.release();
        assertThat(budget.left()).isEqualTo(1000);
    }
}
