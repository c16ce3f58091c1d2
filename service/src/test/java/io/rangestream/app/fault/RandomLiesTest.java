package io.rangestream.app.fault;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.HelidonServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.Wiring;
import io.rangestream.http.HttpOptions;
import io.rangestream.store.s3.S3ObjectStore;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.transport.PauseLimits;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * As {@link RandomFaultsTest}, with an S3 store on a socket that sends wrong responses: another
 * range than requested, another version, a truncated body, or no end.
 */
@ServerTest
final class RandomLiesTest {
    private static final InvalidS3 STORE = new InvalidS3(RandomReaders.SEED);
    private static final Wiring WIRING =
            new Wiring(
                    Map.of(
                            RandomReaders.BUCKET,
                            S3ObjectStore.create(
                                    new S3StoreConfig(
                                            RandomReaders.BUCKET,
                                            "",
                                            Optional.of(STORE.address()),
                                            Optional.empty(),
                                            true,
                                            Optional.of("id"),
                                            Optional.of("secret")),
                                    Clock.systemUTC())),
                    ServedEndpoints.tuning(RandomReaders.ENGINE),
                    PauseLimits.DEFAULT,
                    HttpOptions.DEFAULT,
                    _ -> {},
                    Clock.systemUTC());

    private final int port;
    private final RandomReaders readers = new RandomReaders(STORE::put, STORE::lies);

    RandomLiesTest(WebServer server) {
        this.port = server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        HealthCheck health = () -> HealthCheckResponse.builder().build();
        HelidonServer.configure(server, WIRING, health);
    }

    @AfterAll
    static void close() {
        WIRING.close();
        STORE.close();
    }

    @Test
    @Covers("store-refuses-lies-breaks")
    void completeBodiesAreCorrect() {
        readers.run(
                500,
                // Measured: 0.53.
                0.3,
                (target, fields) -> {
                    try (Http1Wire wire = Http1Wire.connect(port)) {
                        return wire.ask("GET", target, fields);
                    }
                });
    }
}
