package io.rangestream.transport.http1;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;

import java.util.Optional;

/**
 * The known parts of an HTTP/1.x request that was refused before any route was chosen. The HTTP
 * endpoint makes the response from it. The version and the method are from fixed sets, so they may
 * become metric labels. Immutable.
 *
 * @param protocolVersion HTTP/1.0, HTTP/1.1 or {@code other}
 * @param method the method; empty if the request line was not read
 * @param path the raw target; empty if the request line was not read
 * @param origin the Origin field, if the head was read
 * @param detail the reason, a fixed text that the client may see
 */
public record RefusedRequest(
        String protocolVersion, String method, String path, Optional<String> origin, String detail)
        implements DirectHandler.TransportRequest {
    @Override
    public ServerRequestHeaders headers() {
        WritableHeaders<?> fields = WritableHeaders.create();
        origin.ifPresent(value -> fields.set(HeaderNames.ORIGIN, value));
        return ServerRequestHeaders.create(fields);
    }
}
