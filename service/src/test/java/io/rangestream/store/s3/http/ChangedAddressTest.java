package io.rangestream.store.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import io.rangestream.store.s3.S3Clients;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.testkit.Covers;

import org.apache.hc.client5.http.DnsResolver;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.s3.S3Client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The DNS record of a store changes while the store is in use. */
class ChangedAddressTest {
    private static final String NAME = "store.invalid";

    /** Has every object, and counts the requests. */
    private static final class Store implements AutoCloseable {
        final HttpServer server;
        final AtomicInteger requests = new AtomicInteger();

        Store(String address, int port) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getByName(address), port), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            requests.incrementAndGet();
                            exchange.getResponseHeaders().add("Content-Length", "0");
                            exchange.sendResponseHeaders(200, -1);
                        }
                    });
            server.start();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /** Resolves one name. */
    private static final class Names implements DnsResolver {
        volatile String address = "127.0.0.1";

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            if (!host.equals(NAME)) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getByName(address)};
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static S3Client client(int port, S3Connections connections) {
        S3StoreConfig config =
                new S3StoreConfig(
                        "bucket",
                        "",
                        Optional.of(URI.create("http://" + NAME + ":" + port)),
                        Optional.empty(),
                        true,
                        Optional.of("id"),
                        Optional.of("secret"));
        return S3Clients.create(
                config,
                S3Clients.http(config, S3Timeouts.DEFAULT, connections, () -> false),
                Optional.empty());
    }

    private static void head(S3Client client) {
        client.headObject(request -> request.bucket("bucket").key("film"));
    }

    /**
     * The old address still responds and the pool is never idle, so only the lifetime ends a
     * connection.
     */
    @Test
    @Covers("age-store-connection")
    void usesTheNewAddressWithinAConnectionLifetime() throws IOException {
        Names names = new Names();
        S3Connections connections =
                new S3Connections(Duration.ofMillis(200), Duration.ofMinutes(1), names);
        try (Store old = new Store("127.0.0.1", 0);
                Store next = new Store("127.0.0.2", old.server.getAddress().getPort());
                S3Client client = client(old.server.getAddress().getPort(), connections)) {
            head(client);
            assertThat(old.requests).hasValue(1);
            names.address = "127.0.0.2";
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(10))
                    .until(
                            () -> {
                                head(client);
                                return next.requests.get() > 0;
                            });
            int asked = old.requests.get();
            head(client);
            assertThat(old.requests).hasValue(asked);
        }
    }

    @Test
    void defaultLifetimeIsShort() {
        assertThat(S3Connections.DEFAULT.lifetime()).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }
}
