package io.rangestream.store.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Creates server certificates by the JDK's keytool, for 127.0.0.1 unless another subject is given.
 */
final class TestCertificates {
    private static final String PASSWORD = "changeit";

    private TestCertificates() {}

    /** Creates a self-signed certificate as {@code NAME.p12} and {@code NAME.pem}. */
    static void create(Path keys, String name) throws IOException, InterruptedException {
        create(keys, name, "ip:127.0.0.1");
    }

    /** The same for another subject, for example {@code dns:NAME}. */
    static void create(Path keys, String name, String subject)
            throws IOException, InterruptedException {
        String store = keys.resolve(name + ".p12").toString();
        keytool(
                keys,
                "-genkeypair",
                "-keystore",
                store,
                "-storepass",
                PASSWORD,
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + subject,
                "-validity",
                "2");
        keytool(
                keys,
                "-exportcert",
                "-rfc",
                "-keystore",
                store,
                "-storepass",
                PASSWORD,
                "-alias",
                "key",
                "-file",
                keys.resolve(name + ".pem").toString());
    }

    private static void keytool(Path keys, String... arguments)
            throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(keys.resolve("keytool.log").toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command[1] + " failed");
        }
    }

    /** The TLS context of a server with this certificate. */
    static SSLContext context(Path keys, String name) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys.resolve(name + ".p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
