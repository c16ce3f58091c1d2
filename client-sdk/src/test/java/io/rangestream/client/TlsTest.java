package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** TLS against a gRPC server with a self-signed certificate. */
final class TlsTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(10);
    private static final String PASSWORD = "changeit";

    @TempDir private static Path directory;
    private static Path certificate;
    private static Path key;
    private static KeyStore keyStore;

    @BeforeAll
    static void makeCertificate()
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve("store.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD,
                                "-alias",
                                "it",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=ip:127.0.0.1")
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        keyStore = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keyStore.load(in, PASSWORD.toCharArray());
        }
        certificate = pem("CERTIFICATE", keyStore.getCertificate("it").getEncoded());
        key = pem("PRIVATE KEY", keyStore.getKey("it", PASSWORD.toCharArray()).getEncoded());
    }

    private static Path pem(String type, byte[] der) throws IOException {
        String base64 =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der);
        return Files.writeString(
                directory.resolve(type.replace(' ', '-') + ".pem"),
                "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }

    @Test
    void readsFromTrustedServer() throws IOException {
        try (ScriptedServer server = server();
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .trustedCertificates(certificate)
                                .build();
                ObjectReader reader = client.open(BUCKET, KEY);
                InputStream in = reader.stream()) {
            assertThat(in.readAllBytes()).isEqualTo(ScriptedObject.bytes(0, 5000));
        }
    }

    @Test
    void refusesUntrustedServer() throws IOException {
        try (ScriptedServer server = server();
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target()).retryBudget(0).build()) {
            assertThatThrownBy(() -> client.open(BUCKET, KEY))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageNotContaining("Channel Pipeline");
            assertThat(server.stats).isEmpty();
        }
    }

    @Test
    void plaintextExcludesCertificates() throws IOException {
        RangeStreamClientBuilder both =
                RangeStreamClient.builder("127.0.0.1:1")
                        .plaintext()
                        .trustedCertificates(certificate);
        assertThatIllegalArgumentException().isThrownBy(both::build);
        RangeStreamClientBuilder own =
                RangeStreamClient.builder("127.0.0.1:1")
                        .plaintext()
                        .clientCertificate(certificate, key);
        assertThatIllegalArgumentException()
                .isThrownBy(own::build)
                .withMessageContaining("clientCertificate");
    }

    @Test
    void clientCertificateAuthenticatesTheClient() throws IOException {
        ServerCredentials mutual =
                TlsServerCredentials.newBuilder()
                        .keyManager(certificate.toFile(), key.toFile())
                        .trustManager(certificate.toFile())
                        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                        .build();
        try (ScriptedServer server = server(mutual);
                RangeStreamClient known =
                        RangeStreamClient.builder(server.target())
                                .clientCertificate(certificate, key)
                                .trustedCertificates(certificate)
                                .build();
                RangeStreamClient unknown =
                        RangeStreamClient.builder(server.target())
                                .trustedCertificates(certificate)
                                .retryBudget(0)
                                .build()) {
            assertThat(known.stat(BUCKET, KEY).completeLength()).isEqualTo(5000);
            assertThatThrownBy(() -> unknown.stat(BUCKET, KEY))
                    .isInstanceOf(UnavailableException.class);
            assertThat(server.stats).hasSize(1);
        }
    }

    @Test
    void refusesUnreadableAndInvalidClientCertificates() throws IOException {
        RangeStreamClientBuilder builder = RangeStreamClient.builder("127.0.0.1:1");
        assertThatThrownBy(() -> builder.clientCertificate(directory.resolve("none"), key))
                .isInstanceOf(IOException.class);
        builder.clientCertificate(Files.writeString(directory.resolve("bad.pem"), "bad"), key);
        assertThatIllegalArgumentException().isThrownBy(builder::build);
    }

    @Test
    void serverWithoutTlsIsReportedAtOnce() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(5000));
                RangeStreamClient client = RangeStreamClient.builder(server.target()).build()) {
            String sentence =
                    server.target()
                            + " answered without TLS; call plaintext() on the client's builder";
            assertTimeout(AT_ONCE, () -> assertMismatch(client, false, sentence));
        }
    }

    @Test
    void serverWithTlsIsReportedAtOnce() throws IOException {
        try (ScriptedServer server = server();
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target()).plaintext().build()) {
            String sentence =
                    server.target() + " uses TLS; remove plaintext() from the client's builder";
            assertTimeout(AT_ONCE, () -> assertMismatch(client, true, sentence));
            assertThat(server.stats).isEmpty();
        }
    }

    /** A JDK server, as Helidon is, answers a plaintext request with a TLS alert. */
    @Test
    void jdkServerWithTlsIsReportedAtOnce() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(keyStore, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        try (ServerSocket listener =
                        context.getServerSocketFactory()
                                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RangeStreamClient client =
                        RangeStreamClient.builder("127.0.0.1:" + listener.getLocalPort())
                                .plaintext()
                                .build()) {
            Thread server = new Thread(() -> handshakeWithAll(listener));
            server.setDaemon(true);
            server.start();
            assertTimeout(AT_ONCE, () -> assertMismatch(client, true, " uses TLS; "));
        }
    }

    /** A plaintext server that closes a TLS connection without a response, as Helidon does. */
    @Test
    void silentServerWithoutTlsIsReportedAtOnce() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RangeStreamClient client =
                        RangeStreamClient.builder("127.0.0.1:" + listener.getLocalPort()).build()) {
            Thread server = new Thread(() -> sendSettingsAfterPreface(listener));
            server.setDaemon(true);
            server.start();
            assertTimeout(AT_ONCE, () -> assertMismatch(client, false, " answered without TLS; "));
        }
    }

    /** Sends an empty SETTINGS frame (RFC 9113, section 6.5) to a client that starts with PRI. */
    private static void sendSettingsAfterPreface(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                if (socket.getInputStream().read() == 'P') {
                    socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
            } catch (IOException e) {
                // The client or the listener was closed.
            }
        }
    }

    private static void handshakeWithAll(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                int unused = socket.getInputStream().read();
            } catch (IOException e) {
                // The handshake failed, or the listener was closed.
            }
        }
    }

    private static void assertMismatch(
            RangeStreamClient client, boolean serverUsesTls, String sentence) {
        for (ThrowingCallable call :
                new ThrowingCallable[] {
                    () -> client.stat(BUCKET, KEY),
                    () -> client.read(BUCKET, KEY, ByteRange.whole()),
                    () -> client.list(BUCKET).toList(),
                    () -> client.open(BUCKET, KEY),
                    () -> client.stat(BUCKET, KEY)
                }) {
            Throwable failure = catchThrowable(call);
            Throwable found =
                    failure instanceof UncheckedIOException ? failure.getCause() : failure;
            assertThat(found)
                    .isInstanceOfSatisfying(
                            TlsMismatchException.class,
                            e -> {
                                assertThat(e.serverUsesTls()).isEqualTo(serverUsesTls);
                                assertThat(e.isRetryable()).isFalse();
                            })
                    .hasMessageContaining(sentence);
        }
    }

    /** A server that closes each connection may be restarting, which is not a mismatch. */
    @Test
    void closedConnectionIsNotTakenForTls() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RangeStreamClient client =
                        RangeStreamClient.builder("127.0.0.1:" + listener.getLocalPort())
                                .plaintext()
                                .retryBudget(1)
                                .build()) {
            Thread server = new Thread(() -> handshakeWithAll(listener));
            server.setDaemon(true);
            server.start();
            assertThatThrownBy(() -> client.stat(BUCKET, KEY))
                    .isInstanceOf(UnavailableException.class);
        }
    }

    private static ScriptedServer server() throws IOException {
        return server(TlsServerCredentials.create(certificate.toFile(), key.toFile()));
    }

    private static ScriptedServer server(ServerCredentials credentials) throws IOException {
        return new ScriptedServer(
                ScriptedObject.ofLength(5000),
                NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials));
    }
}
