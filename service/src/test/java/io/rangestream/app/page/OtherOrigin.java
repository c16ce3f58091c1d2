package io.rangestream.app.page;

import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A server of one empty page of another origin, because its port differs. Used by the CORS tests in
 * a browser.
 */
public final class OtherOrigin implements AutoCloseable {
    private static final byte[] PAGE =
            "<!doctype html><title>Elsewhere</title>".getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;

    private OtherOrigin(HttpServer server) {
        this.server = server;
    }

    public static OtherOrigin start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer server = HttpServer.create(anyPort, 0);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        exchange.getResponseHeaders().set("Content-Type", "text/html");
                        exchange.sendResponseHeaders(200, PAGE.length);
                        exchange.getResponseBody().write(PAGE);
                    }
                });
        server.start();
        return new OtherOrigin(server);
    }

    /** The origin, as in an Origin request field. */
    public String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
