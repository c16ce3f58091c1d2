package io.rangestream.http;

import io.helidon.http.Method;

import java.util.Set;

/** A method that a route does not have: refused where it is known, unknown where it is not. */
final class MethodProblems {
    private static final Set<Method> KNOWN =
            Set.of(
                    Method.POST,
                    Method.PUT,
                    Method.PATCH,
                    Method.DELETE,
                    Method.TRACE,
                    Method.CONNECT,
                    Method.GET,
                    Method.HEAD,
                    Method.OPTIONS);

    private MethodProblems() {}

    static Problem of(Method method) {
        return KNOWN.contains(method)
                ? Problem.of(405, "method-not-allowed", "This method is not allowed here")
                : Problem.of(501, "method-unknown", "This method is unknown");
    }
}
