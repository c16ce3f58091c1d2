package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.PathMatcher;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.stream.ReadRequest;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** {@code /objects/{bucket}/{key}}: reads of objects. */
public final class HttpRangeService implements HttpService {
    private static final String ROUTE = "/objects";
    private static final String ALLOWED = "GET, HEAD, OPTIONS";

    private final RangeStreamService streams;
    private final HttpReadRequests requests;
    private final ReadEvents events;
    private final RequestSink log;
    private final Clock clock;

    HttpRangeService(RangeStreamService streams, ReadEvents events, RequestSink log, Clock clock) {
        this.streams = streams;
        this.requests = new HttpReadRequests(clock);
        this.events = events;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        // Matched raw: path() would merge slashes, resolve dots and cut at ";", and refuse what it
        // can't decode with an answer that is not ours.
        PathMatcher matcher = new RawPrefixMatcher(HttpReadRequests.PATH_PREFIX);
        rules.route(Method.predicate(Method.GET, Method.HEAD), matcher, this::read);
        rules.route(Method.predicate(Method.OPTIONS), matcher, this::options);
        rules.route(_ -> true, matcher, this::refuseMethod);
    }

    private void read(ServerRequest request, ServerResponse response) {
        Exchange exchange = new Exchange(request, ROUTE, clock);
        PlannedRead read;
        try {
            ReadRequest parsed = requests.parse(request);
            exchange.isAbout(parsed.id());
            read = streams.open(parsed);
        } catch (RuntimeException e) {
            HttpErrors.Mapped mapped = HttpErrors.of(e);
            exchange.failed(mapped.logged(), e);
            exchange.answers(mapped.problem().status());
            end(exchange);
            ProblemWriter.write(request, response, mapped.problem(), exchange.correlationId());
            return;
        }
        try (read) {
            answer(read, request, response, exchange);
        }
    }

    private void answer(
            PlannedRead read, ServerRequest request, ServerResponse response, Exchange exchange) {
        ReadProgress progress = new ReadProgress(exchange, read, events);
        Outcome outcome = Outcome.CUT;
        try {
            HttpReadResponses.write(read, request, response, exchange, progress);
            outcome = Outcome.COMPLETE;
        } catch (PeerGoneException e) {
            outcome = Outcome.PEER_GONE;
            throw new CloseConnectionException("the peer is gone", e);
        } catch (ReadCancelledException e) {
            exchange.failed("cancelled");
            throw new CloseConnectionException("the read was cancelled", e);
        } catch (RuntimeException e) {
            // The head is out and has promised more: only a cut connection says that it is not all.
            exchange.failed(HttpErrors.of(e).logged(), e);
            throw new CloseConnectionException("the body can't be completed", e);
        } finally {
            log.accept(exchange.toLine(outcome, read.bytesByOrigin()));
            progress.ended(outcome == Outcome.COMPLETE);
        }
    }

    /** Tells log and page of an answer without a read. */
    private void end(Exchange exchange) {
        log.accept(exchange.toLine(Outcome.COMPLETE, Map.of()));
        exchange.viewer()
                .ifPresent(
                        viewer ->
                                events.publish(
                                        viewer,
                                        () ->
                                                ReadReport.toJson(
                                                        exchange,
                                                        Optional.empty(),
                                                        ReadReport.State.COMPLETE,
                                                        Map.of())));
    }

    private void options(ServerRequest request, ServerResponse response) {
        Exchange exchange = new Exchange(request, ROUTE, clock);
        exchange.answers(Status.NO_CONTENT_204.code());
        end(exchange);
        response.status(Status.NO_CONTENT_204);
        response.headers().set(HeaderNames.ALLOW, ALLOWED);
        BodyWriter.sendWithoutLength(response);
    }

    private void refuseMethod(ServerRequest request, ServerResponse response) {
        Exchange exchange = new Exchange(request, ROUTE, clock);
        Problem problem = MethodProblems.of(request.prologue().method());
        response.headers().set(HeaderNames.ALLOW, ALLOWED);
        exchange.answers(problem.status());
        exchange.failed(problem.type());
        end(exchange);
        ProblemWriter.write(request, response, problem, exchange.correlationId());
    }
}
