package io.rangestream.transport;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;

import java.util.Optional;

/**
 * What is known of an HTTP/1.x request that was refused before any route was chosen. The version
 * and the method are of a fixed set, so they may become labels.
 *
 * @param protocolVersion HTTP/1.0, HTTP/1.1 or {@code other}
 * @param method empty if the request line was not read
 * @param path the raw target, or empty
 * @param origin the Origin field, if the head was read
 * @param detail what is wrong with the request, in fixed words that the client may see
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
