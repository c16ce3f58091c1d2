package io.rangestream.app.page;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.Locale;

/** Requests for the page's files with malformed and conditional request fields. */
@ServerTest
final class PageFilesWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();

    private final int port;

    PageFilesWireTest(WebServer server) {
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | If-Modified-Since   | yesterday",
                "200 | If-Modified-Since   | Sat, 32 Jan 2050 00:00:00 GMT",
                "200 | If-Unmodified-Since | 1",
                "200 | Range               | bytes=99999999999999999999-",
                "200 | Range               | bytes=5-4",
                "200 | Range               | lines=1-2",
                "304 | If-Modified-Since   | Sat, 01 Jan 2050 00:00:00 GMT",
                "412 | If-Unmodified-Since | Mon, 01 Jan 1990 00:00:00 GMT",
            })
    @Covers("files-page-malformed-date")
    void malformedFieldsAreIgnored(int status, String name, String value) throws IOException {
        for (String path : new String[] {"/", "/style.css"}) {
            try (Http1Wire wire = Http1Wire.connect(port)) {
                WireResponse answer = wire.ask("GET", path, name + ": " + value);
                assertThat(answer.status()).isEqualTo(status);
                assertThat(wire.ask("HEAD", path, name + ": " + value).status()).isEqualTo(status);
            }
            try (Http2Wire wire = Http2Wire.connect(port, 1024 * 1024)) {
                WireResponse answer =
                        wire.readAnswer(
                                wire.send("GET", path, name.toLowerCase(Locale.ROOT), value));
                assertThat(answer.status()).isEqualTo(status);
            }
        }
    }
}
