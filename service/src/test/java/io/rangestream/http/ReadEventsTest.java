package io.rangestream.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ReadEventsTest {
    private final ReadEvents events = new ReadEvents();

    @Test
    void reportsReachAllWhoListenForTheViewerAndNobodyElse() {
        try (ReadEvents.Subscription one = events.subscribe("v").orElseThrow();
                ReadEvents.Subscription two = events.subscribe("v").orElseThrow();
                ReadEvents.Subscription other = events.subscribe("w").orElseThrow()) {
            events.publish("v", () -> "1");
            events.publish("v", () -> "2");
            assertThat(one.reports()).containsExactly("1", "2");
            assertThat(two.reports()).containsExactly("1", "2");
            assertThat(other.reports()).isEmpty();
        }
    }

    @Test
    void nothingIsMadeOrKeptForAViewerThatNobodyListensFor() {
        events.publish(
                "v",
                () -> {
                    throw new AssertionError("nobody listens");
                });
        assertThat(events.isHeard("v")).isFalse();
        try (ReadEvents.Subscription late = events.subscribe("v").orElseThrow()) {
            assertThat(late.reports()).isEmpty();
            assertThat(events.isHeard("v")).isTrue();
        }
        assertThat(events.isHeard("v")).isFalse();
    }

    @Test
    void oneThatLeavesDoesNotTakeTheOthersAlong() {
        ReadEvents.Subscription one = events.subscribe("v").orElseThrow();
        try (ReadEvents.Subscription two = events.subscribe("v").orElseThrow()) {
            one.close();
            one.close();
            events.publish("v", () -> "1");
            assertThat(one.reports()).isEmpty();
            assertThat(two.reports()).containsExactly("1");
        }
        one.close();
        assertThat(events.isHeard("v")).isFalse();
    }

    @Test
    void aPageThatDoesNotReadLosesTheOldestReports() {
        try (ReadEvents.Subscription slow = events.subscribe("v").orElseThrow()) {
            for (int i = 0; i < 1000; i++) {
                String report = Integer.toString(i);
                events.publish("v", () -> report);
            }
            assertThat(slow.reports()).hasSize(256).endsWith("998", "999").doesNotContain("743");
        }
    }

    @Test
    void listenersAreBoundedAndAPlaceIsFreeAgainAfterOneLeaves() {
        List<ReadEvents.Subscription> listeners = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            listeners.add(events.subscribe("v" + i % 10).orElseThrow());
        }
        assertThat(events.subscribe("v")).isEmpty();
        assertThat(events.isHeard("v")).isFalse();
        listeners.removeLast().close();
        events.subscribe("v").orElseThrow().close();
        listeners.forEach(ReadEvents.Subscription::close);
        assertThat(events.isHeard("v0")).isFalse();
    }
}
