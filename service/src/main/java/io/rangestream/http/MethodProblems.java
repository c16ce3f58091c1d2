package io.rangestream.http;

import io.helidon.http.Method;
import io.rangestream.transport.RegisteredMethods;

/**
 * Refuses a method that a route does not have: 405 if the method is registered, 501 if it is not.
 * Clients retry a 501, so it is not for WebDAV's methods, for example.
 */
final class MethodProblems {
    private MethodProblems() {}

    static Problem of(Method method) {
        return RegisteredMethods.contains(method.text())
                ? Problem.of(405, "method-not-allowed", "This method is not allowed here")
                : Problem.of(501, "method-unknown", "This method is unknown");
    }
}
