package io.rangestream.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Finds out whether a server uses TLS, by a handshake that it aborts as soon as the server sends
 * its certificate. No call is made on the connection. Used by {@link TlsMismatchDetector}.
 */
final class TlsProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private TlsProbe() {}

    /**
     * Connects to the server and waits until it sends a certificate or the connection fails.
     *
     * @param target the server as gRPC names it
     * @return whether the server sent a certificate within two seconds; false if this thread is
     *     interrupted, which stays interrupted
     */
    static boolean serverUsesTls(String target) {
        RejectingTrustManager certificates = new RejectingTrustManager();
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(
                                target,
                                TlsChannelCredentials.newBuilder()
                                        .trustManager(certificates)
                                        .build())
                        .build();
        try {
            return certificates.seen(channel);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    private static final class RejectingTrustManager extends X509ExtendedTrustManager {
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile boolean seen;

        boolean seen(ManagedChannel channel) throws InterruptedException {
            watch(channel, channel.getState(true));
            return over.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) && seen;
        }

        private void watch(ManagedChannel channel, ConnectivityState state) {
            if (state == ConnectivityState.TRANSIENT_FAILURE
                    || state == ConnectivityState.SHUTDOWN) {
                over.countDown();
                return;
            }
            channel.notifyWhenStateChanged(state, () -> watch(channel, channel.getState(false)));
        }

        private void reject() throws CertificateException {
            seen = true;
            over.countDown();
            throw new CertificateException("the handshake only tests whether the server uses TLS");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            reject();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            reject();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            reject();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            reject();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            reject();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            reject();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
