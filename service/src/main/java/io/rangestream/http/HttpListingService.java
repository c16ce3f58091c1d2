package io.rangestream.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.http.problem.HttpErrors;
import io.rangestream.http.problem.Problem;
import io.rangestream.http.problem.ProblemWriter;
import io.rangestream.http.uri.PercentDecoding;
import io.rangestream.http.uri.QueryParameters;
import io.rangestream.message.Messages;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.stream.Listings;
import io.rangestream.transport.ActiveResponse;
import io.rangestream.transport.ActiveResponses;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * {@code /api/buckets} and {@code /api/buckets/{bucket}/objects}: lists of buckets and objects as
 * proto3 JSON. Immutable; a handler runs in the thread of its request.
 */
public final class HttpListingService implements HttpService {
    private static final String BUCKETS = "/api/buckets";
    private static final String OBJECTS_SUFFIX = "/objects";
    private static final String OBJECTS_PREFIX = BUCKETS + "/";
    private static final String ALLOWED_METHODS = "GET, HEAD";
    private static final Header JSON =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");

    private final Listings listings;
    private final ActiveResponses readers;
    private final RequestSink log;
    private final boolean deniedIsForbidden;
    private final Clock clock;

    HttpListingService(
            Listings listings,
            ActiveResponses readers,
            RequestSink log,
            Clock clock,
            boolean deniedIsForbidden) {
        this.listings = listings;
        this.readers = readers;
        this.deniedIsForbidden = deniedIsForbidden;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any(BUCKETS, (request, response) -> list(request, response, this::buckets));
        rules.any(
                OBJECTS_PREFIX + "{bucket}" + OBJECTS_SUFFIX,
                (request, response) -> list(request, response, this::objects));
    }

    private void list(
            ServerRequest request,
            ServerResponse response,
            BiFunction<ServerRequest, Cancellation, Message> page) {
        Exchange exchange = new Exchange(request, BUCKETS, clock);
        Method method = request.prologue().method();
        if (!method.equals(Method.GET) && !method.equals(Method.HEAD)) {
            response.headers().set(HeaderNames.ALLOW, ALLOWED_METHODS);
            Problem problem = Problem.ofMethod(method);
            exchange.setError(problem.type());
            sendProblem(request, response, exchange, problem);
            return;
        }
        byte[] body;
        // A scan may take seconds. It ends as soon as the client disconnects.
        try (ActiveResponse reader = readers.openHttpUncounted()) {
            Cancellation cancellation = new Cancellation();
            reader.onEnd(cancellation::cancel);
            body = json(page.apply(request, cancellation));
        } catch (ReadCancelledException e) {
            exchange.setError("cancelled");
            log.accept(exchange.toLine(Outcome.PEER_GONE, Map.of()));
            throw new CloseConnectionException("the client has disconnected", e);
        } catch (RuntimeException e) {
            HttpErrors.Mapped mapped = HttpErrors.of(e, deniedIsForbidden);
            exchange.setError(mapped.logged(), e);
            sendProblem(request, response, exchange, mapped.problem());
            return;
        }
        exchange.setStatus(200);
        log.accept(exchange.toLine(Outcome.COMPLETE, Map.of()));
        response.headers().set(JSON);
        response.headers().set(ProblemWriter.NO_STORE);
        response.headers().set(ProblemWriter.CORRELATION_ID, exchange.correlationId());
        response.headers().contentLength(body.length);
        if (method.equals(Method.HEAD)) {
            response.send();
        } else {
            response.send(body);
        }
    }

    private void sendProblem(
            ServerRequest request, ServerResponse response, Exchange exchange, Problem problem) {
        exchange.setStatus(problem.status());
        log.accept(exchange.toLine(Outcome.COMPLETE, Map.of()));
        ProblemWriter.write(request, response, problem, exchange.correlationId());
    }

    private Message buckets(ServerRequest request, Cancellation cancellation) {
        return Messages.buckets(
                listings.buckets(pageSize(request), parameter(request, "page-token")));
    }

    private Message objects(ServerRequest request, Cancellation cancellation) {
        String rawPath = request.prologue().uriPath().rawPath();
        String rawBucket =
                rawPath.substring(
                        OBJECTS_PREFIX.length(), rawPath.length() - OBJECTS_SUFFIX.length());
        return Messages.objects(
                listings.objects(
                        decode("bucket", rawBucket),
                        parameter(request, "prefix"),
                        parameter(request, "delimiter"),
                        pageSize(request),
                        parameter(request, "page-token"),
                        cancellation));
    }

    private static int pageSize(ServerRequest request) {
        String text = parameter(request, "page-size");
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("page-size", "is not a whole number");
        }
    }

    private static String parameter(ServerRequest request, String name) {
        List<String> values = QueryParameters.all(request.prologue().query().rawValue(), name);
        if (values.size() > 1) {
            throw new InvalidRequestException(name, "is repeated");
        }
        return values.isEmpty() ? "" : decode(name, values.getFirst());
    }

    private static String decode(String field, String raw) {
        return PercentDecoding.decode(raw)
                .orElseThrow(
                        () ->
                                new InvalidRequestException(
                                        field, "has a bad percent escape or is not UTF-8"));
    }

    private static byte[] json(Message message) {
        try {
            return JsonFormat.printer()
                    .omittingInsignificantWhitespace()
                    .print(message)
                    .getBytes(StandardCharsets.UTF_8);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the response can't be printed as JSON", e);
        }
    }
}
