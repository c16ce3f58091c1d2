package io.rangestream.http.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;
import io.rangestream.transport.accept.ClientNetwork;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

@Timeout(60)
class ReadEventsTest {
    private final ReadEvents events = new ReadEvents();

    @Test
    void reportsReachAllListenersOfTheirViewerOnly() {
        try (ReadEvents.Subscription one = subscribe("v");
                ReadEvents.Subscription two = subscribe("v");
                ReadEvents.Subscription other = subscribe("w")) {
            events.publish("v", () -> "1");
            events.publish("v", () -> "2");
            assertThat(one.reports()).containsExactly("1", "2");
            assertThat(two.reports()).containsExactly("1", "2");
            assertThat(other.reports()).isEmpty();
        }
    }

    @Test
    void makesAndKeepsNoReportWithoutListener() {
        events.publish(
                "v",
                () -> {
                    throw new AssertionError("the viewer has no listener");
                });
        assertThat(events.hasListener("v")).isFalse();
        try (ReadEvents.Subscription late = subscribe("v")) {
            assertThat(late.reports()).isEmpty();
            assertThat(events.hasListener("v")).isTrue();
        }
        assertThat(events.hasListener("v")).isFalse();
    }

    @Test
    void closingOneSubscriptionKeepsTheOthers() {
        ReadEvents.Subscription one = subscribe("v");
        try (ReadEvents.Subscription two = subscribe("v")) {
            one.close();
            one.close();
            events.publish("v", () -> "1");
            assertThat(one.reports()).isEmpty();
            assertThat(two.reports()).containsExactly("1");
        }
        one.close();
        assertThat(events.hasListener("v")).isFalse();
    }

    @Test
    void slowListenerLosesOldestReports() {
        try (ReadEvents.Subscription slow = subscribe("v")) {
            for (int i = 0; i < 1000; i++) {
                String report = Integer.toString(i);
                events.publish("v", () -> report);
            }
            assertThat(slow.reports()).hasSize(256).endsWith("998", "999").doesNotContain("743");
        }
    }

    @Test
    @Covers("events-wait-listener")
    void queueOfSlowListenerIsBoundedInCharacters() {
        try (ReadEvents.Subscription slow = subscribe("v")) {
            for (int i = 0; i < 1000; i++) {
                String report = "%03d".formatted(i) + "x".repeat(10_000);
                events.publish("v", () -> report);
            }
            events.publish("v", () -> "x".repeat(10_000_000));
            assertThat(slow.reports().stream().mapToInt(String::length).sum())
                    .isBetween(100_000, 128 * 1024);
            assertThat(slow.reports().getLast()).startsWith("999");
        }
    }

    @Test
    @Covers({"pages-listen-events-more", "listeners-api-reads"})
    void listenersAreBoundedAndCloseReleasesPlace() {
        List<ReadEvents.Subscription> listeners = new ArrayList<>();
        for (int i = 0; i < ReadEvents.MAX_LISTENERS; i++) {
            listeners.add(subscribe("v" + i % 10, "10.0.0." + i % 20));
        }
        assertThat(events.subscribe("v", network("10.0.0.20")))
                .isEqualTo(new ReadEvents.Admission.AllFull());
        assertThat(events.hasListener("v")).isFalse();
        listeners.removeLast().close();
        subscribe("v", "10.0.0.20").close();
        listeners.forEach(ReadEvents.Subscription::close);
        listeners.forEach(ReadEvents.Subscription::close);
        assertThat(events.hasListener("v0")).isFalse();
        for (int i = 0; i < ReadEvents.MAX_LISTENERS; i++) {
            subscribe("v", "10.0.1." + i % 20);
        }
    }

    @Test
    void listenersOfOneAddressAreBounded() {
        List<ReadEvents.Subscription> listeners = new ArrayList<>();
        for (int i = 0; i < ReadEvents.MAX_LISTENERS_PER_ADDRESS; i++) {
            listeners.add(subscribe("v" + i, "10.0.0.1"));
        }
        assertThat(events.subscribe("v", network("10.0.0.1")))
                .isEqualTo(new ReadEvents.Admission.AddressFull());
        subscribe("v", "10.0.0.2").close();
        listeners.getFirst().close();
        subscribe("v", "10.0.0.1").close();
    }

    /** One client may use all addresses of a /64 network. */
    @Test
    void ipv6AddressesOfOneNetworkCountAsOneAddress() {
        for (int i = 0; i < ReadEvents.MAX_LISTENERS_PER_ADDRESS; i++) {
            subscribe("v", "2001:db8:1:2::" + Integer.toHexString(i));
        }
        assertThat(events.subscribe("v", network("2001:db8:1:2:ffff::1")))
                .isEqualTo(new ReadEvents.Admission.AddressFull());
        subscribe("v", "2001:db8:1:3::1").close();
    }

    private static ClientNetwork network(String address) {
        return ClientNetwork.of(new InetSocketAddress(address, 1));
    }

    @Test
    void endFromAnotherThreadStopsWaitForReport() throws InterruptedException {
        try (ReadEvents.Subscription listening = subscribe("v")) {
            Thread ending = Thread.ofVirtual().start(listening::end);
            assertThat(listening.next(Duration.ofMinutes(5))).isNull();
            assertThat(listening.isEnded()).isTrue();
            ending.join();
        }
    }

    private ReadEvents.Subscription subscribe(String viewer) {
        return subscribe(viewer, "127.0.0.1");
    }

    private ReadEvents.Subscription subscribe(String viewer, String address) {
        return switch (events.subscribe(viewer, network(address))) {
            case ReadEvents.Admission.Admitted(ReadEvents.Subscription admitted) -> admitted;
            case ReadEvents.Admission.AddressFull(), ReadEvents.Admission.AllFull() ->
                    throw new AssertionError("no place is free");
        };
    }
}
