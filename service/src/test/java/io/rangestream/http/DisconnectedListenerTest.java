package io.rangestream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpRoute;
import io.rangestream.http.events.ReadEvents;
import io.rangestream.testkit.TestTimeout;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.PauseLimits;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Clock;

/** Removal of the listeners of pages that have disconnected, over HTTP/1.1. */
@ServerTest
final class DisconnectedListenerTest {
    private static final ReadEvents EVENTS = new ReadEvents();

    private static final ActiveResponses READERS = new ActiveResponses(PauseLimits.DEFAULT);

    private final int port;

    DisconnectedListenerTest(WebServer server) {
        this.port = server.port();
    }

    @SetUpRoute
    static void route(HttpRouting.Builder routing) {
        new HttpReadEventsService(EVENTS, READERS, _ -> {}, Clock.systemUTC()).routing(routing);
    }

    @AfterAll
    static void close() {
        READERS.close();
    }

    @Test
    void nextEventRemovesListenerThatHasDisconnected() throws IOException {
        try (Http1Wire listener = Http1Wire.connect(port)) {
            listener.send("GET", "/api/reads?viewer=abc", "Accept: text/event-stream");
            assertThat(listener.readHead().status()).isEqualTo(200);
            await().atMost(TestTimeout.SHORT).until(() -> EVENTS.hasListener("abc"));
            listener.reset();
        }
        await().atMost(TestTimeout.SHORT)
                .until(
                        () -> {
                            EVENTS.publish("abc", () -> "{}");
                            return !EVENTS.hasListener("abc");
                        });
    }
}
