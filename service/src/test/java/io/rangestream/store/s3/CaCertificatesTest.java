package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;

/** A store with a certificate of a private authority. */
class CaCertificatesTest {
    private static final ObjectId FILM = ObjectId.of("films", "film");

    @TempDir private static Path keys;

    @TempDir private Path folder;

    @BeforeAll
    static void certificates() throws IOException, InterruptedException {
        TestCertificates.create(keys, "first");
        TestCertificates.create(keys, "second");
    }

    /** Has every object. Each connection carries one request, so each request is a handshake. */
    private static HttpsServer server(int port, String name)
            throws IOException, GeneralSecurityException {
        HttpsServer server =
                HttpsServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TestCertificates.context(keys, name)));
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        exchange.getResponseHeaders().add("ETag", "\"tag\"");
                        exchange.getResponseHeaders().add("Content-Length", "0");
                        exchange.getResponseHeaders().add("Connection", "close");
                        exchange.sendResponseHeaders(200, -1);
                    }
                });
        server.start();
        return server;
    }

    private S3ObjectStore store(int port, Optional<Path> authorities) {
        return S3ObjectStore.create(
                new S3StoreConfig(
                        "bucket",
                        "",
                        Optional.of(URI.create("https://127.0.0.1:" + port)),
                        Optional.empty(),
                        true,
                        new S3Credentials.Keys("id", "secret", Optional.empty()),
                        false,
                        authorities),
                Clock.systemUTC());
    }

    private Path copied(String name) throws IOException {
        return Files.copy(
                keys.resolve(name + ".pem"),
                folder.resolve("ca.pem"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void trustsOnlyTheAuthoritiesInTheFile() throws IOException, GeneralSecurityException {
        HttpsServer server = server(0, "first");
        int port = server.getAddress().getPort();
        try (S3ObjectStore withoutFile = store(port, Optional.empty());
                S3ObjectStore wrong = store(port, Optional.of(keys.resolve("second.pem")));
                S3ObjectStore configured = store(port, Optional.of(copied("first")))) {
            assertThat(configured.head(FILM).completeLength()).isZero();
            for (S3ObjectStore store : new S3ObjectStore[] {withoutFile, wrong}) {
                assertThatThrownBy(() -> store.head(FILM)).isInstanceOf(Unavailable.class);
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void readsReplacedFileAgain() throws IOException, GeneralSecurityException {
        HttpsServer first = server(0, "first");
        int port = first.getAddress().getPort();
        Path authorities = copied("first");
        try (S3ObjectStore store = store(port, Optional.of(authorities))) {
            store.head(FILM);
            first.stop(0);
            HttpsServer second = server(port, "second");
            try {
                assertThatThrownBy(() -> store.head(FILM)).isInstanceOf(Unavailable.class);
                Files.writeString(authorities, "-----BEGIN CERTIFICATE-----");
                assertThatThrownBy(() -> store.head(FILM)).isInstanceOf(Unavailable.class);
                copied("second");
                assertThat(store.head(FILM).completeLength()).isZero();
                // An unusable file leaves the previous certificates in force.
                Files.writeString(authorities, "garbage");
                assertThat(store.head(FILM).completeLength()).isZero();
                Files.delete(authorities);
                assertThat(store.head(FILM).completeLength()).isZero();
            } finally {
                second.stop(0);
            }
        } finally {
            first.stop(0);
        }
    }

    @Test
    void readsManyCertificatesBetweenOtherText() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("all.pem"),
                        "# caf\u00e9\n"
                                + Files.readString(keys.resolve("first.pem"))
                                + "\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
                                + Files.readString(keys.resolve("second.pem")).replace("\n", "\r\n")
                                + "the end");
        assertThat(CaCertificates.open(file).getAcceptedIssuers()).hasSize(2);
    }

    @Test
    void rejectsFileWithoutValidCertificates() throws IOException {
        Path file = folder.resolve("ca.pem");
        assertThatThrownBy(() -> CaCertificates.open(file))
                .hasMessage("it is not a file that can be read");
        Files.writeString(file, "");
        assertThatThrownBy(() -> CaCertificates.open(file))
                .hasMessageStartingWith("it has no line");
        String good = Files.readString(keys.resolve("first.pem"));
        Files.writeString(
                file,
                good + "-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> CaCertificates.open(file))
                .hasMessage("certificate number 2 is not valid");
    }
}
