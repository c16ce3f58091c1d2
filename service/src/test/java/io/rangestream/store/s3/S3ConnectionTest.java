package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLContext;

/** Reads of ranges over TLS and through proxies. */
class S3ConnectionTest {
    private static final ObjectId FILM = ObjectId.of("films", "film");

    /** A name that does not resolve (RFC 2606): only a proxy reaches it. */
    private static final String FAR = "store.invalid";

    @TempDir private static Path keys;

    private final SystemProperties properties = new SystemProperties();

    @BeforeAll
    static void certificates() throws IOException, InterruptedException {
        TestCertificates.create(keys, "here");
        TestCertificates.create(keys, "far", "dns:" + FAR);
    }

    @AfterEach
    void close() {
        properties.close();
    }

    private static Optional<SSLContext> tls(String name)
            throws IOException, GeneralSecurityException {
        return Optional.of(TestCertificates.context(keys, name));
    }

    private static String read(String endpoint, String authority) {
        S3StoreConfig config =
                new S3StoreConfig(
                        "bucket",
                        "",
                        Optional.of(URI.create(endpoint)),
                        Optional.empty(),
                        true,
                        new S3Credentials.Keys("id", "secret", Optional.empty()),
                        false,
                        Optional.of(keys.resolve(authority + ".pem")));
        byte[] bytes = new byte[8];
        try (S3ObjectStore store = S3ObjectStore.create(config, Clock.systemUTC());
                Fetch fetch = store.open(FILM, Optional.empty(), RangeSpec.of(3, 6))) {
            int count = 0;
            for (int more = 0; more >= 0; more = fetch.read(bytes, count, bytes.length - count)) {
                count += more;
            }
            return new String(bytes, 0, count, StandardCharsets.US_ASCII);
        }
    }

    private void setProxy(String scheme, ForwardProxy proxy) {
        properties
                .set(scheme + ".proxyHost", "127.0.0.1")
                .set(scheme + ".proxyPort", Integer.toString(proxy.port()));
    }

    @Test
    void readsARangeOverTls() throws IOException, GeneralSecurityException {
        try (LettersServer server = new LettersServer(tls("here"))) {
            assertThat(read("https://127.0.0.1:" + server.port(), "here")).isEqualTo("defg");
        }
    }

    @Test
    void sendsNoRequestToServerWithOtherCertificateName()
            throws IOException, GeneralSecurityException {
        try (LettersServer server = new LettersServer(tls("far"))) {
            String endpoint = "https://127.0.0.1:" + server.port();
            assertThatThrownBy(() -> read(endpoint, "far")).isInstanceOf(Unavailable.class);
            assertThat(server.requests()).isZero();
        }
    }

    @Test
    void readsThroughTheHttpProxy() throws IOException {
        try (LettersServer server = new LettersServer(Optional.empty());
                ForwardProxy proxy = ForwardProxy.start(server.port())) {
            setProxy("http", proxy);
            assertThat(read("http://" + FAR, "far")).isEqualTo("defg");
            assertThat(proxy.requests())
                    .containsExactly("GET http://" + FAR + "/bucket/film HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"https", "http"})
    void readsOverTlsThroughATunnel(String scheme) throws IOException, GeneralSecurityException {
        try (LettersServer server = new LettersServer(tls("far"));
                ForwardProxy proxy = ForwardProxy.start(server.port())) {
            // Without a proxy for https, the one for http is used.
            setProxy(scheme, proxy);
            assertThat(read("https://" + FAR, "far")).isEqualTo("defg");
            assertThat(proxy.requests()).containsExactly("CONNECT " + FAR + ":443 HTTP/1.1");
        }
    }

    @Test
    void checksTheCertificateNameBehindATunnel() throws IOException, GeneralSecurityException {
        try (LettersServer server = new LettersServer(tls("here"));
                ForwardProxy proxy = ForwardProxy.start(server.port())) {
            setProxy("https", proxy);
            assertThatThrownBy(() -> read("https://" + FAR, "here"))
                    .isInstanceOf(Unavailable.class);
            assertThat(proxy.requests()).isNotEmpty();
            assertThat(server.requests()).isZero();
        }
    }

    @Test
    void authenticatesToAProxy() throws IOException, GeneralSecurityException {
        String user =
                Base64.getEncoder().encodeToString("user:word".getBytes(StandardCharsets.UTF_8));
        try (LettersServer server = new LettersServer(tls("far"));
                ForwardProxy proxy =
                        ForwardProxy.start(server.port(), Optional.of("Basic " + user))) {
            setProxy("https", proxy);
            properties.set("https.proxyUser", "user").set("https.proxyPassword", "word");
            assertThat(read("https://" + FAR, "far")).isEqualTo("defg");
        }
    }

    @Test
    void bypassesTheProxyForExcludedHosts() throws IOException, GeneralSecurityException {
        try (LettersServer server = new LettersServer(tls("here"));
                ForwardProxy proxy = ForwardProxy.start(server.port())) {
            setProxy("https", proxy);
            properties.set("http.nonProxyHosts", "localhost|127.*");
            assertThat(read("https://127.0.0.1:" + server.port(), "here")).isEqualTo("defg");
            assertThat(proxy.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "minio, minio, true",
        "MinIO, minio, true",
        "minio, minio2, false",
        "cluster.local, minio.cluster.local, true",
        ".cluster.local, minio.cluster.local, true",
        ".cluster.local, minio.cluster.local.evil, false",
        "local, minionlocal, false",
        ".*?.cluster.local, minio.cluster.local, true",
        ".*?, minio, true",
        "127..*?, 127.0.0.1, true",
        "[::1]:80(, minio, false",
        "., minio, false"
    })
    void matchesEntriesOfNoProxy(String entry, String host, boolean isDirect) {
        assertThat(S3Proxies.isDirect(Set.of(entry), host)).isEqualTo(isDirect);
    }
}
