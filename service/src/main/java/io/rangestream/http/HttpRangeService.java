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
import io.rangestream.http.events.ReadEvents;
import io.rangestream.http.events.ReadReport;
import io.rangestream.http.field.CrossOrigin;
import io.rangestream.http.problem.HttpErrors;
import io.rangestream.http.problem.Problem;
import io.rangestream.http.problem.ProblemWriter;
import io.rangestream.http.uri.RouteMatchers;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.stream.ReadRequest;
import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.EndReason;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /objects/{bucket}/{key}}: reads of objects. Registered by {@link HttpEndpoint}. Immutable;
 * a handler runs in the thread of its request, which writes the response.
 */
public final class HttpRangeService implements HttpService {
    private static final String ROUTE = "/objects";
    private static final String ALLOWED_METHODS = "GET, HEAD, OPTIONS";

    private final RangeStreamService streams;
    private final ActiveResponses readers;
    private final ObjectRequestParser requests;
    private final ObjectResponseWriter responses;
    private final CrossOrigin crossOrigin;
    private final boolean deniedIsForbidden;
    private final ReadEvents events;
    private final RequestSink log;
    private final Clock clock;

    HttpRangeService(
            RangeStreamService streams,
            ActiveResponses readers,
            ReadEvents events,
            RequestSink log,
            Clock clock,
            CrossOrigin crossOrigin,
            HttpOptions options) {
        this.streams = streams;
        this.readers = readers;
        this.requests = new ObjectRequestParser(clock, options.maxResponseBytes());
        this.responses = new ObjectResponseWriter(options.cacheControl());
        this.crossOrigin = crossOrigin;
        this.deniedIsForbidden = options.deniedIsForbidden();
        this.events = events;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        // Matched raw: path() would merge slashes, resolve dot segments and cut at ";", and Helidon
        // would answer a path that it can't decode by itself.
        PathMatcher matcher = RouteMatchers.rawPrefix(ObjectRequestParser.PATH_PREFIX);
        rules.route(Method.predicate(Method.GET, Method.HEAD), matcher, this::read);
        rules.route(Method.predicate(Method.OPTIONS), matcher, this::options);
        rules.route(_ -> true, matcher, this::refuseMethod);
    }

    private Exchange begin(ServerRequest request, ServerResponse response) {
        crossOrigin.set(request.headers(), response.headers());
        return new Exchange(request, ROUTE, clock);
    }

    private void read(ServerRequest request, ServerResponse response) {
        Exchange exchange = begin(request, response);
        try (ActiveResponse reader = readers.openHttp()) {
            read(request, response, reader, exchange);
        }
    }

    private void read(
            ServerRequest request,
            ServerResponse response,
            ActiveResponse reader,
            Exchange exchange) {
        Optional<Problem> refused = receiveContent(request, reader, exchange);
        if (refused.isPresent()) {
            refuse(request, response, exchange, refused.get());
            return;
        }
        PlannedRead read;
        Optional<String> downloadName;
        try {
            ReadRequest parsed = requests.parse(request);
            exchange.setObjectId(parsed.id());
            downloadName = ObjectRequestParser.downloadName(request, parsed.id());
            Cancellation cancellation = new Cancellation();
            reader.onEnd(cancellation::cancel);
            read = streams.open(parsed, cancellation);
        } catch (RuntimeException e) {
            if (reader.ending().isPresent() || e instanceof ReadCancelledException) {
                throw endedEarly(reader, exchange, e);
            }
            HttpErrors.Mapped mapped = HttpErrors.of(e, deniedIsForbidden);
            exchange.setError(mapped.logged(), e);
            exchange.setStatus(mapped.problem().status());
            report(exchange);
            ProblemWriter.write(request, response, mapped.problem(), exchange.correlationId());
            return;
        }
        try (read) {
            respond(read, request, response, reader, exchange, downloadName);
        }
    }

    private Optional<Problem> receiveContent(
            ServerRequest request, ActiveResponse reader, Exchange exchange) {
        try {
            return reader.receive(() -> RequestContent.skip(request));
        } catch (ClientGoneException e) {
            throw endedEarly(reader, exchange, e);
        } catch (RuntimeException e) {
            throw reader.ending().isPresent() ? endedEarly(reader, exchange, e) : e;
        }
    }

    private CloseConnectionException endedEarly(
            ActiveResponse reader, Exchange exchange, RuntimeException failure) {
        Outcome outcome = outcome(reader, exchange, failure);
        log.accept(exchange.toLine(outcome, Map.of()));
        return new CloseConnectionException("the response was ended early", failure);
    }

    private void respond(
            PlannedRead read,
            ServerRequest request,
            ServerResponse response,
            ActiveResponse reader,
            Exchange exchange,
            Optional<String> downloadName) {
        ReadProgress progress = new ReadProgress(exchange, read, events);
        Outcome outcome = Outcome.CUT;
        try {
            responses.write(read, request, response, reader, exchange, downloadName, progress);
            outcome = Outcome.COMPLETE;
        } catch (RuntimeException e) {
            // The header section has been sent and has promised more bytes. Only a closed
            // connection tells the client that the body is incomplete.
            outcome = outcome(reader, exchange, e);
            throw new CloseConnectionException("the body is incomplete", e);
        } finally {
            log.accept(exchange.toLine(outcome, read.bytesByOrigin()));
            progress.ended(outcome == Outcome.COMPLETE);
        }
    }

    /** The outcome of a failed response; records the reason in the exchange. */
    private static Outcome outcome(
            ActiveResponse reader, Exchange exchange, RuntimeException failure) {
        Optional<EndReason> ending = reader.ending();
        if (ending.isPresent()) {
            // The end of the response caused the failure.
            return switch (ending.get()) {
                case PEER_GONE -> Outcome.PEER_GONE;
                case PAUSED -> {
                    exchange.setError("reader-paused");
                    yield Outcome.CUT;
                }
                case DRAINING -> {
                    exchange.setError("draining");
                    yield Outcome.CUT;
                }
                case DEADLINE -> throw new IllegalStateException("HTTP has no deadlines", failure);
            };
        }
        return switch (failure) {
            case ClientGoneException _ -> Outcome.PEER_GONE;
            case ReadCancelledException _ -> {
                exchange.setError("cancelled");
                yield Outcome.CUT;
            }
            default -> {
                exchange.setError(HttpErrors.of(failure).logged(), failure);
                yield Outcome.CUT;
            }
        };
    }

    /** Logs a response without a read, and reports it to the viewer's page. */
    private void report(Exchange exchange) {
        log.accept(exchange.toLine(Outcome.COMPLETE, Map.of()));
        exchange.viewer()
                .ifPresent(
                        viewer ->
                                events.publish(
                                        viewer,
                                        () ->
                                                exchange.toReport(
                                                                Optional.empty(),
                                                                ReadReport.State.COMPLETE,
                                                                Map.of())
                                                        .toJson()));
    }

    private void options(ServerRequest request, ServerResponse response) {
        Exchange exchange = begin(request, response);
        crossOrigin.setPreflight(request.headers(), response.headers());
        exchange.setStatus(Status.NO_CONTENT_204.code());
        report(exchange);
        response.status(Status.NO_CONTENT_204);
        response.headers().set(HeaderNames.ALLOW, ALLOWED_METHODS);
        BodyWriter.sendWithoutLength(response);
    }

    private void refuseMethod(ServerRequest request, ServerResponse response) {
        Problem problem = Problem.ofMethod(request.prologue().method());
        response.headers().set(HeaderNames.ALLOW, ALLOWED_METHODS);
        refuse(request, response, begin(request, response), problem);
    }

    private void refuse(
            ServerRequest request, ServerResponse response, Exchange exchange, Problem problem) {
        exchange.setStatus(problem.status());
        exchange.setError(problem.type());
        report(exchange);
        ProblemWriter.write(request, response, problem, exchange.correlationId());
    }
}
