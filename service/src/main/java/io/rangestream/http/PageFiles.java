package io.rangestream.http;

import io.helidon.http.DateTime;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.PathMatcher;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRoute;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Serves the page's files by Helidon's static content, which fails with a 500 at a malformed date
 * and at a number in Range that is too large. This wrapper removes the malformed dates (RFC 9110,
 * section 13.1.3: they are ignored) and every Range field, which a server may ignore (section
 * 14.2).
 */
final class PageFiles implements HttpService {
    private static final List<HeaderName> DATES =
            List.of(HeaderNames.IF_MODIFIED_SINCE, HeaderNames.IF_UNMODIFIED_SINCE);

    private final HttpService files;

    PageFiles(HttpService files) {
        this.files = files;
    }

    @Override
    public void routing(HttpRules rules) {
        files.routing(new Rules(rules));
    }

    /**
     * Registers handlers so that they receive requests without the fields at which they would fail.
     */
    private record Rules(HttpRules delegate) implements HttpRules {
        @Override
        public HttpRules register(HttpService... services) {
            delegate.register(services);
            return this;
        }

        @Override
        public HttpRules register(String path, HttpService... services) {
            delegate.register(path, services);
            return this;
        }

        @Override
        public HttpRules route(HttpRoute route) {
            delegate.route(route);
            return this;
        }

        @Override
        public HttpRules route(Predicate<Method> methods, PathMatcher paths, Handler handler) {
            delegate.route(
                    methods,
                    paths,
                    (request, response) -> handler.handle(withoutFailingFields(request), response));
            return this;
        }
    }

    private static ServerRequest withoutFailingFields(ServerRequest request) {
        ServerRequestHeaders headers = request.headers();
        boolean isMalformed = DATES.stream().anyMatch(name -> isMalformed(headers, name));
        if (!isMalformed && !headers.contains(HeaderNames.RANGE)) {
            return request;
        }
        WritableHeaders<?> fields = WritableHeaders.create(headers);
        fields.remove(HeaderNames.RANGE);
        DATES.stream().filter(name -> isMalformed(headers, name)).forEach(fields::remove);
        return withHeaders(request, ServerRequestHeaders.create(fields));
    }

    private static boolean isMalformed(ServerRequestHeaders headers, HeaderName name) {
        if (!headers.contains(name)) {
            return false;
        }
        try {
            var _ = DateTime.parse(headers.get(name).get());
            return false;
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    /** The same request with another header section. */
    private static ServerRequest withHeaders(ServerRequest request, ServerRequestHeaders headers) {
        Object copy =
                Proxy.newProxyInstance(
                        ServerRequest.class.getClassLoader(),
                        new Class<?>[] {ServerRequest.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("headers")) {
                                return headers;
                            }
                            try {
                                return method.invoke(request, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        });
        return (ServerRequest) copy;
    }
}
