package io.rangestream.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.rangestream.fault.FatalErrors;

import org.jspecify.annotations.Nullable;

/**
 * Passes errors to {@link FatalErrors} before Helidon's direct handler answers. A direct handler is
 * the only place where Helidon exposes an error that it has caught.
 */
public final class ErrorAnswers implements DirectHandler {
    private final DirectHandler handler;

    public ErrorAnswers(DirectHandler handler) {
        this.handler = handler;
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType eventType,
            Status defaultStatus,
            ServerResponseHeaders responseHeaders,
            Throwable thrown,
            System.@Nullable Logger logger) {
        FatalErrors.check(thrown);
        return DirectHandler.super.handle(
                request, eventType, defaultStatus, responseHeaders, thrown, logger);
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType eventType,
            Status defaultStatus,
            ServerResponseHeaders responseHeaders,
            @Nullable String message) {
        return handler.handle(request, eventType, defaultStatus, responseHeaders, message);
    }
}
