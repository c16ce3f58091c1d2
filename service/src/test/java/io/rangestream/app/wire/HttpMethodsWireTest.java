package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;

/** Unsupported methods on all routes, and any method on unknown routes. */
@ServerTest
final class HttpMethodsWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final List<String> CHANGING = List.of("POST", "PUT", "PATCH", "DELETE", "TRACE");

    private final int port;
    private final Http1Wire wire;

    HttpMethodsWireTest(WebServer server) throws IOException {
        this.port = server.port();
        this.wire = Http1Wire.connect(server.port());
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterEach
    void disconnect() throws IOException {
        wire.close();
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private static void assertIsProblem(WireResponse answer, int status, String type) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.text()).contains("urn:rangestream:problem:" + type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/buckets",
                "/api/buckets/films/objects",
                "/api/reads?viewer=a",
                "/observe/cache",
                "/observe/metrics",
                "/observe/health",
                "/observe/health/live",
                "/observe/health/ready",
                "/index.html",
                "/style.css"
            })
    @Covers("other-methods-other-paths")
    void readOnlyRoutesAllowOnlyGetAndHead(String target) throws IOException {
        for (String method : CHANGING) {
            WireResponse answer = wire.ask(method, target);
            assertIsProblem(answer, 405, "method-not-allowed");
            assertThat(answer.field("Allow")).hasValue("GET, HEAD");
        }
        assertIsProblem(wire.ask("OPTIONS", target), 405, "method-not-allowed");
        assertIsProblem(wire.ask("BREW", target), 501, "method-unknown");
        assertThat(wire.ask("GET", "/objects/films/A").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nowhere",
                "/objects",
                "/api",
                "/api/buckets/films",
                "/observe",
                "/none.html"
            })
    @Covers("other-methods-other-paths")
    void unknownRouteIsNotFoundByAnyMethod(String target) throws IOException {
        assertIsProblem(wire.ask("GET", target), 404, "not-found");
        assertThat(wire.ask("HEAD", target).status()).isEqualTo(404);
        for (String method : CHANGING) {
            assertIsProblem(wire.ask(method, target), 404, "not-found");
        }
        assertIsProblem(wire.ask("BREW", target), 404, "not-found");
        assertThat(wire.ask("GET", "/objects/films/A").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROPFIND",
                "PROPPATCH",
                "MKCOL",
                "COPY",
                "MOVE",
                "LOCK",
                "UNLOCK",
                "REPORT",
                "SEARCH",
                "BIND",
                "ACL",
                "QUERY",
                "VERSION-CONTROL",
                "BASELINE-CONTROL",
                "PRI"
            })
    @Covers("methods-iana-s-registry")
    void registeredMethodIsNotAllowed(String method) throws IOException {
        WireResponse answer = wire.ask(method, "/objects/films/A");
        assertIsProblem(answer, 405, "method-not-allowed");
        assertThat(answer.field("Allow")).hasValue("GET, HEAD, OPTIONS");
        for (String target : List.of("/", "/api/buckets", "/api/reads", "/observe/cache")) {
            answer = wire.ask(method, target);
            assertIsProblem(answer, 405, "method-not-allowed");
            assertThat(answer.field("Allow")).hasValue("GET, HEAD");
        }
        assertIsProblem(wire.ask(method, "/nowhere"), 404, "not-found");
        try (Http2Wire http2 = Http2Wire.connect(port, 65_535)) {
            assertIsProblem(
                    http2.readAnswer(http2.send(method, "/objects/films/A")),
                    405,
                    "method-not-allowed");
        }
    }

    @Test
    void connectIsNotFound() throws IOException {
        assertIsProblem(wire.ask("CONNECT", "elsewhere:443"), 404, "not-found");
        assertThat(wire.ask("GET", "/objects/films/A").status()).isEqualTo(200);
    }

    @Test
    void asteriskFormOptionsIsNotFound() throws IOException {
        assertIsProblem(wire.ask("OPTIONS", "*"), 404, "not-found");
        assertThat(wire.ask("GET", "/objects/films/A").status()).isEqualTo(200);
    }
}
