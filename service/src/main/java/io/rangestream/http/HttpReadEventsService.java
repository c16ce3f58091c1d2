package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.http.events.ReadEvents;
import io.rangestream.http.events.ReadEvents.Admission;
import io.rangestream.http.events.ReadEvents.Subscription;
import io.rangestream.http.problem.Problem;
import io.rangestream.http.problem.ProblemWriter;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.accept.ClientNetwork;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /api/reads?viewer=…}: the reads of one viewer as server-sent events. Each stream has a
 * thread, which writes reports until the client disconnects, the client takes no bytes for the idle
 * timeout, or the server drains. After that the page's EventSource connects again.
 */
public final class HttpReadEventsService implements HttpService {
    static final String PATH = "/api/reads";

    // The interval of comments that detect a disconnected page.
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final int TOO_MANY_REQUESTS = 429;

    private final ReadEvents events;
    private final ActiveResponses readers;
    private final RequestSink log;
    private final Clock clock;

    HttpReadEventsService(
            ReadEvents events, ActiveResponses readers, RequestSink log, Clock clock) {
        this.events = events;
        this.readers = readers;
        this.log = log;
        this.clock = clock;
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
            refuse(request, response, problem);
            return;
        }
        switch (events.subscribe(viewer.get(), ClientNetwork.of(request.remotePeer().address()))) {
            case Admission.AddressFull() -> {
                Problem problem =
                        Problem.of(
                                TOO_MANY_REQUESTS,
                                "too-many-listeners",
                                "This address has too many event streams");
                refuse(request, response, problem.retryAfter(KEEP_ALIVE));
            }
            case Admission.AllFull() -> {
                Problem problem =
                        Problem.of(503, "overloaded", "The server has too many event streams");
                refuse(request, response, problem.retryAfter(KEEP_ALIVE));
            }
            case Admission.Admitted(Subscription subscription) -> {
                try (subscription;
                        ActiveResponse reader = readers.openEvents()) {
                    reader.onEnd(subscription::end);
                    reader.onDrain(subscription::end);
                    send(subscription, reader, response);
                }
            }
        }
    }

    private void refuse(ServerRequest request, ServerResponse response, Problem problem) {
        Exchange exchange = new Exchange(request, PATH, clock);
        exchange.setStatus(problem.status());
        exchange.setError(problem.type());
        log.accept(exchange.toLine(Outcome.COMPLETE, Map.of()));
        ProblemWriter.write(request, response, problem, exchange.correlationId());
    }

    private static void send(
            Subscription subscription, ActiveResponse reader, ServerResponse response) {
        response.headers().set(HeaderNames.CONTENT_TYPE, "text/event-stream");
        response.headers().set(HeaderValues.CACHE_NO_CACHE);
        try {
            OutputStream out = reader.outlet(BodyWriter.stream(response));
            write(out, ": listening\n\n");
            while (!subscription.isEnded()) {
                String report = subscription.next(KEEP_ALIVE);
                if (report != null) {
                    write(out, "event:read\ndata:" + report + "\n\n");
                } else if (!subscription.isEnded()) {
                    write(out, ": keep-alive\n\n");
                }
            }
            if (reader.ending().isEmpty()) {
                out.close();
                return;
            }
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("the page has disconnected", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CloseConnectionException("the event stream was ended");
    }

    private static void write(OutputStream out, String event) throws IOException {
        out.write(event.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
