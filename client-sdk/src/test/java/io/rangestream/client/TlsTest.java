package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A server whose certificate only a client that was told to can trust. */
final class TlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir private static Path directory;
    private static Path certificate;
    private static Path key;

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
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        certificate = pem("CERTIFICATE", keys.getCertificate("it").getEncoded());
        key = pem("PRIVATE KEY", keys.getKey("it", PASSWORD.toCharArray()).getEncoded());
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
    void trustedServerIsRead() throws IOException {
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
    void strangerIsNot() throws IOException {
        try (ScriptedServer server = server();
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target()).retryBudget(0).build()) {
            assertThatThrownBy(() -> client.open(BUCKET, KEY))
                    .isInstanceOf(UnavailableException.class);
            assertThat(server.stats).isEmpty();
        }
    }

    @Test
    void plaintextAndTrustExcludeEachOther() throws IOException {
        RangeStreamClient.Builder both =
                RangeStreamClient.builder("127.0.0.1:1")
                        .plaintext()
                        .trustedCertificates(certificate);
        assertThatIllegalArgumentException().isThrownBy(both::build);
    }

    private static ScriptedServer server() throws IOException {
        return new ScriptedServer(
                ScriptedObject.ofLength(5000),
                NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        TlsServerCredentials.create(certificate.toFile(), key.toFile())));
    }
}
