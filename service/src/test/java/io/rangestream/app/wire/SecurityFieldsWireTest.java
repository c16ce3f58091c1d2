package io.rangestream.app.wire;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.store.StoredFields;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Fields that keep browsers from running objects, lists or problems as scripts of this origin. */
@ServerTest
final class SecurityFieldsWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final int WINDOW = 64 * 1024;

    private final int port;

    SecurityFieldsWireTest(WebServer server) {
        this.port = server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    /** The same request over HTTP/1.1 and HTTP/2. */
    private List<WireResponse> ask(String method, String target, String name, String value)
            throws IOException {
        List<WireResponse> answers = new ArrayList<>();
        try (Http1Wire wire = Http1Wire.connect(port)) {
            answers.add(wire.ask(method, target, name + ": " + value));
        }
        try (Http2Wire wire = Http2Wire.connect(port, WINDOW)) {
            answers.add(
                    wire.readAnswer(
                            wire.send(method, target, name.toLowerCase(Locale.ROOT), value)));
        }
        return answers;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html; charset=utf-8 | true",
                "image/svg+xml | true",
                "application/xml | true",
                " | true",
                "nonsense | true",
                "video/mp4 | false",
                "application/pdf | false"
            })
    @Covers("objects-may-run-script")
    void objectResponsesHaveSecurityFields(String type, boolean sandboxed) throws IOException {
        // One key for each type, because metadata is cached for a short time.
        String key = "typed-" + Objects.hashCode(type);
        SERVED.memory.put(
                FILMS, key, ALPHABET, StoredFields.ofContentType(Optional.ofNullable(type)));
        String target = "/objects/films/" + key;
        List<WireResponse> answers = new ArrayList<>();
        answers.addAll(ask("GET", target, "X", "y"));
        answers.addAll(ask("HEAD", target, "X", "y"));
        answers.addAll(ask("GET", target, "Range", "bytes=0-4"));
        answers.addAll(ask("GET", target, "Range", "bytes=0-1,5-6"));
        answers.addAll(ask("GET", target + "?download", "X", "y"));
        assertThat(answers)
                .extracting(WireResponse::status)
                .containsExactly(200, 200, 200, 200, 206, 206, 206, 206, 200, 200);
        assertThat(answers)
                .allSatisfy(
                        answer -> {
                            assertThat(answer.field("X-Content-Type-Options")).hasValue("nosniff");
                            assertThat(answer.field("Content-Security-Policy"))
                                    .isEqualTo(
                                            sandboxed ? Optional.of("sandbox") : Optional.empty());
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/objects/films/none",
                "/objects/films/%zz",
                "/api/buckets",
                "/api/buckets/films/objects",
                "/api/buckets/none/objects",
                "/api/none",
                "/observe/cache",
                "/"
            })
    void otherResponsesHaveNosniff(String target) throws IOException {
        assertThat(ask("GET", target, "X", "y"))
                .allSatisfy(
                        answer ->
                                assertThat(answer.field("X-Content-Type-Options"))
                                        .hasValue("nosniff"));
    }
}
