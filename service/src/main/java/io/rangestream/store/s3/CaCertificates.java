package io.rangestream.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A trust manager for the authorities in a PEM file, and no others. Each TLS handshake checks the
 * file and reads it again if it was replaced. If the new file is unusable, the previous authorities
 * stay in force. Safe for use by many threads.
 */
public final class CaCertificates extends X509ExtendedTrustManager {
    private static final System.Logger LOGGER = System.getLogger(CaCertificates.class.getName());

    /** All public authorities together have a quarter of a megabyte. */
    private static final long MAX_FILE_BYTES = 16L * 1024 * 1024;

    // Files also contain comments and private keys, which are ignored.
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([^-]*)"
                            + "-----END (?:X509 |TRUSTED )?CERTIFICATE-----");

    private final Path file;
    private volatile Loaded loaded;

    private record Loaded(FileFingerprint fingerprint, X509ExtendedTrustManager authorities) {}

    private CaCertificates(Path file) {
        this.file = file;
        FileFingerprint fingerprint = FileFingerprint.of(file);
        loaded = new Loaded(fingerprint, read(file));
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if the file can't be read, or has no certificate or a
     *     malformed one; the message has the reason without the file's name
     */
    public static CaCertificates open(Path file) {
        return new CaCertificates(file);
    }

    private X509ExtendedTrustManager authorities() {
        Loaded current = loaded;
        FileFingerprint now = FileFingerprint.of(file);
        return now.equals(current.fingerprint) ? current.authorities : reloaded(now);
    }

    private synchronized X509ExtendedTrustManager reloaded(FileFingerprint now) {
        if (!now.equals(loaded.fingerprint)) {
            X509ExtendedTrustManager authorities = loaded.authorities;
            try {
                authorities = read(file);
                LOGGER.log(System.Logger.Level.INFO, "Read {0} again", file);
            } catch (IllegalArgumentException e) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "{0} was changed and can''t be used; the previous certificates stay in"
                                + " force: {1}",
                        file,
                        e.getMessage());
            }
            loaded = new Loaded(now, authorities);
        }
        return loaded.authorities;
    }

    private static X509ExtendedTrustManager read(Path file) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            List<Certificate> certificates = certificates(file);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("ca-" + i, certificates.get(i));
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager x509) {
                    return x509;
                }
            }
            throw new IllegalStateException("the JDK has no trust manager for X.509");
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("it can't be read: " + e.getMessage(), e);
        }
    }

    private static List<Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("it is not a file that can be read");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IllegalArgumentException("it has more than " + MAX_FILE_BYTES + " bytes");
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Matcher blocks = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        List<Certificate> certificates = new ArrayList<>();
        while (blocks.find()) {
            try {
                byte[] der = Base64.getMimeDecoder().decode(blocks.group(1));
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(der)));
            } catch (IllegalArgumentException | CertificateException e) {
                throw new IllegalArgumentException(
                        "certificate number " + (certificates.size() + 1) + " is not valid", e);
            }
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("it has no line -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authorities().checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities().checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        authorities().checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authorities().checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities().checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        authorities().checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities().getAcceptedIssuers();
    }
}
