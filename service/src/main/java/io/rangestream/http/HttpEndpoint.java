package io.rangestream.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.PathMatchers;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.staticcontent.ClasspathHandlerConfig;
import io.helidon.webserver.staticcontent.StaticContentFeature;
import io.rangestream.http.events.ReadEvents;
import io.rangestream.http.field.CrossOrigin;
import io.rangestream.http.field.DateField;
import io.rangestream.http.field.SecurityFields;
import io.rangestream.http.problem.ErrorResponses;
import io.rangestream.http.problem.Problem;
import io.rangestream.http.problem.ProblemWriter;
import io.rangestream.http.problem.TransportProblems;
import io.rangestream.http.uri.RouteMatchers;
import io.rangestream.requestlog.CorrelationId;
import io.rangestream.requestlog.Protocols;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.stream.Listings;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.transport.ActiveResponses;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The HTTP endpoint: all its routes, and the responses to requests that reach no route. The
 * application builds one and adds it to Helidon's routing. Immutable; its handlers run in the
 * threads of the requests.
 */
public final class HttpEndpoint {
    /** The limit for the content of a request, in bytes. No request needs any. */
    public static final int MOST_CONTENT_BYTES = RequestContent.MAX_BYTES;

    private static final String PAGE_RESOURCES = "rangestream/web";

    // The page loads only from its own origin and has no inline script or style.
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Predicate<Method> READ_METHODS = Method.predicate(Method.GET, Method.HEAD);
    private static final String ALLOWED_METHODS = "GET, HEAD";
    // Resources with handlers that do not refuse methods themselves.
    private static final List<String> READ_ONLY_PATHS =
            List.of(
                    "/",
                    HttpReadEventsService.PATH,
                    "/observe/cache",
                    "/observe/metrics",
                    "/observe/health",
                    "/observe/health/live",
                    "/observe/health/ready");

    private final CrossOrigin crossOrigin;
    private final HttpRangeService objects;
    private final HttpListingService listing;
    private final HttpReadEventsService readEvents;
    private final RequestSink log;
    private final Clock clock;
    private final DateField date;

    /** Creates the endpoint; the caller keeps the ownership of all arguments. */
    public HttpEndpoint(
            RangeStreamService streams,
            Listings listings,
            ActiveResponses readers,
            RequestSink log,
            Clock clock,
            HttpOptions options) {
        ReadEvents events = new ReadEvents();
        this.crossOrigin = new CrossOrigin(options.origins());
        this.objects =
                new HttpRangeService(streams, readers, events, log, clock, crossOrigin, options);
        this.listing =
                new HttpListingService(listings, readers, log, clock, options.deniedIsForbidden());
        this.readEvents = new HttpReadEventsService(events, readers, log, clock);
        this.log = log;
        this.clock = clock;
        this.date = new DateField(clock);
    }

    /**
     * Adds all routes of this endpoint. The page's route comes last and takes all remaining paths.
     *
     * @param beside more routes, which precede the page's
     * @param grpcServices the names of the gRPC services; other content below their paths is
     *     refused
     */
    public void addTo(HttpRouting.Builder routing, HttpService beside, List<String> grpcServices) {
        routing.addFilter(this::setDate);
        routing.addFilter(HttpEndpoint::forbidSniffing);
        objects.routing(routing);
        routing.route(_ -> true, RouteMatchers.undecodable(), this::refuseUndecodable);
        listing.routing(routing);
        readEvents.routing(routing);
        beside.routing(routing);
        for (String service : grpcServices) {
            routing.route(
                    Method.predicate(Method.POST),
                    RouteMatchers.rawPrefix("/" + service + "/"),
                    this::refuseContentType);
        }
        for (String path : READ_ONLY_PATHS) {
            routing.route(
                    method -> !READ_METHODS.test(method),
                    PathMatchers.exact(path),
                    this::refuseMethod);
        }
        routing.route(
                method -> !READ_METHODS.test(method),
                RouteMatchers.classpathFile(PAGE_RESOURCES),
                this::refuseMethod);
        routing.route(READ_METHODS, PathMatchers.any(), HttpEndpoint::setPageFields);
        routing.register(
                "/",
                new PageFiles(
                        StaticContentFeature.createService(
                                ClasspathHandlerConfig.builder()
                                        .location(PAGE_RESOURCES)
                                        .welcome("index.html")
                                        .build())));
    }

    private void setDate(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        response.headers().set(date.now());
        chain.proceed();
    }

    /** The value of the Date field for a response that begins now. */
    public String date() {
        return date.now().get();
    }

    private void refuseUndecodable(ServerRequest request, ServerResponse response) {
        refuse(
                request,
                response,
                Problem.invalidRequest("path has a bad percent escape or is not UTF-8"));
    }

    /** Whether a route reads the content of such a request; only the routes of objects do. */
    public static boolean readsContent(String method, String path) {
        return path.startsWith(ObjectRequestParser.PATH_PREFIX)
                && (method.equals(Method.GET_NAME) || method.equals(Method.HEAD_NAME));
    }

    private void refuseContentType(ServerRequest request, ServerResponse response) {
        response.headers().set(HeaderNames.ACCEPT, "application/grpc");
        refuse(
                request,
                response,
                Problem.of(
                        415,
                        "unsupported-media-type",
                        "This path accepts only gRPC over HTTP/2 with content of type"
                                + " application/grpc"));
    }

    private void refuseMethod(ServerRequest request, ServerResponse response) {
        response.headers().set(HeaderNames.ALLOW, ALLOWED_METHODS);
        refuse(request, response, Problem.ofMethod(request.prologue().method()));
    }

    private void refuse(ServerRequest request, ServerResponse response, Problem problem) {
        Exchange exchange = new Exchange(request, "/", clock);
        exchange.setStatus(problem.status());
        exchange.setError(problem.type());
        log.accept(exchange.toLine(Outcome.COMPLETE, Map.of()));
        ProblemWriter.write(request, response, problem, exchange.correlationId());
    }

    /**
     * Sets X-Content-Type-Options on all responses except objects, which have fields of their own.
     */
    private static void forbidSniffing(
            FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (!request.prologue().uriPath().rawPath().startsWith(ObjectRequestParser.PATH_PREFIX)) {
            response.headers().set(SecurityFields.NOSNIFF);
        }
        chain.proceed();
    }

    private static void setPageFields(ServerRequest request, ServerResponse response) {
        response.headers().set(SecurityFields.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
        response.headers().set(HeaderNames.create("Referrer-Policy"), "no-referrer");
        response.next();
    }

    /** The handlers that answer requests which reach no route or fail there, also by problems. */
    public DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, new ErrorResponses(this::problem));
        }
        return handlers.build();
    }

    private DirectHandler.TransportResponse problem(
            DirectHandler.TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        Problem problem = TransportProblems.of(status, request);
        String correlationId = CorrelationId.next();
        log.accept(
                RequestLine.refused(
                        clock.instant(),
                        correlationId,
                        Protocols.ofHttpVersion(request.protocolVersion()),
                        request.method(),
                        problem.status(),
                        problem.type()));
        headers.set(date.now());
        ProblemWriter.setFields(headers, problem, correlationId);
        if (request.path().startsWith(ObjectRequestParser.PATH_PREFIX)) {
            crossOrigin.set(request.headers(), headers);
        }
        byte[] body = ProblemWriter.body(problem, correlationId);
        DirectHandler.TransportResponse.Builder response =
                DirectHandler.TransportResponse.builder()
                        .status(Status.create(problem.status()))
                        .headers(headers)
                        .keepAlive(type.keepAlive());
        if (request.method().equals(Method.HEAD_NAME)) {
            headers.contentLength(body.length);
        } else {
            response.entity(body);
        }
        return response.build();
    }
}
