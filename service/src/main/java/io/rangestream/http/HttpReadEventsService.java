package io.rangestream.http;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import io.rangestream.requestlog.CorrelationId;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code GET /api/reads?viewer=…}: a viewer's reads as server-sent events. */
public final class HttpReadEventsService implements HttpService {
    // A comment this often finds out that a silent page has gone.
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final String EVENT_NAME = "read";

    static final String PATH = "/api/reads";

    private final ReadEvents events;

    HttpReadEventsService(ReadEvents events) {
        this.events = events;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, this::listen);
    }

    private void listen(ServerRequest request, ServerResponse response) {
        Optional<String> viewer = ReadEvents.viewer(request);
        if (viewer.isEmpty()) {
            Problem problem =
                    Problem.invalidRequest("viewer is missing or not 1 to 64 of A-Z a-z 0-9 - _");
            ProblemWriter.write(request, response, problem, CorrelationId.next());
            return;
        }
        Optional<ReadEvents.Subscription> subscription = events.subscribe(viewer.get());
        if (subscription.isEmpty()) {
            Problem problem =
                    Problem.of(503, "overloaded", "Too many pages listen").retryAfter(KEEP_ALIVE);
            ProblemWriter.write(request, response, problem, CorrelationId.next());
            return;
        }
        try (ReadEvents.Subscription listening = subscription.get();
                SseSink sink = response.sink(SseSink.TYPE)) {
            sink.emit(SseEvent.builder().comment("listening").build());
            while (true) {
                String report = listening.reports().poll(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS);
                sink.emit(
                        report == null
                                ? SseEvent.builder().comment("still here").build()
                                : SseEvent.builder().name(EVENT_NAME).data(report).build());
            }
        } catch (InterruptedException e) {
            // The server is stopping: the page's EventSource will look for it again.
            Thread.currentThread().interrupt();
        }
    }
}
