package io.rangestream.app.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.fault.FaultCases;
import io.rangestream.app.wire.ComparedResponse;
import io.rangestream.app.wire.ComparedResponse.Kind;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The same requests over HTTP/1.1, HTTP/2 and gRPC get the same bytes, the same metadata and the
 * same class of failure. {@link EndpointDifference} lists the exceptions and their reasons.
 */
@ServerTest
final class EndpointContractTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String GRPC = "gRPC";
    private static final Map<String, EndpointClient> FACES = new LinkedHashMap<>();

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @BeforeAll
    static void connect(WebServer server) throws IOException {
        FACES.put("HTTP/1.1", HttpEndpointClients.http1(server.port()));
        FACES.put("HTTP/2", HttpEndpointClients.http2(server.port()));
        FACES.put(GRPC, new GrpcEndpointClient(server.port()));
    }

    @AfterAll
    static void disconnect() throws IOException {
        for (EndpointClient face : FACES.values()) {
            face.close();
        }
        SERVED.close();
    }

    static Stream<ContractCase> cases() {
        return Stream.of(ContractCases.of(SERVED), FaultCases.of(SERVED)).flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void endpointsRespondAlike(ContractCase oneCase) throws IOException {
        ComparedResponse overHttp = oneCase.expected();
        for (Map.Entry<String, EndpointClient> face : FACES.entrySet()) {
            ComparedResponse expected =
                    face.getKey().equals(GRPC) ? oneCase.expectedOverGrpc() : overHttp;
            ComparedResponse actual = face.getValue().ask(oneCase.asked());
            boolean isWhole = expected.positions().isEmpty() || expected.kind() == Kind.COMPLETE;
            // The number of bytes that arrive before a cut depends on the socket buffers. The bytes
            // that arrive must be right, and at least one must be missing.
            assertThat(isWhole ? actual : actual.bytes(expected.bytes()))
                    .as(face.getKey())
                    .isEqualTo(expected);
            if (!isWhole) {
                assertIsBeginning(actual.bytes(), expected.bytes(), face.getKey());
            }
        }
    }

    private static void assertIsBeginning(ByteBuffer cut, ByteBuffer whole, String face) {
        assertThat(cut.remaining()).as(face).isLessThan(whole.remaining());
        assertThat(cut).as(face).isEqualTo(whole.slice(0, cut.remaining()));
    }
}
