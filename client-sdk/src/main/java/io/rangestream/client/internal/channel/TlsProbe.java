package io.rangestream.client.internal.channel;

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
 * Finds out whether a server uses TLS. Connects without making a call: with TLS until the server
 * sends its certificate, and then aborts the handshake; without TLS until the server sends its
 * HTTP/2 settings. Used by one thread on behalf of {@link TlsMismatchDetector}.
 */
final class TlsProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean found;

    private TlsProbe() {}

    /**
     * Connects to the server and waits for its first message.
     *
     * @param target the server as gRPC names it
     * @param tls whether to connect with TLS
     * @return whether the server sent a certificate, or else HTTP/2 settings, within two seconds;
     *     false if this thread is interrupted, which stays interrupted
     */
    static boolean serverUses(String target, boolean tls) {
        TlsProbe probe = new TlsProbe();
        ManagedChannel channel = (tls ? probe.withTls(target) : withoutTls(target)).build();
        try {
            probe.watch(channel, channel.getState(true));
            return probe.over.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) && probe.found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    private NettyChannelBuilder withTls(String target) {
        return NettyChannelBuilder.forTarget(
                target,
                TlsChannelCredentials.newBuilder()
                        .trustManager(new RejectingTrustManager())
                        .build());
    }

    private static NettyChannelBuilder withoutTls(String target) {
        return NettyChannelBuilder.forTarget(target).usePlaintext();
    }

    private void watch(ManagedChannel channel, ConnectivityState state) {
        switch (state) {
            case READY -> end(true);
            case TRANSIENT_FAILURE, SHUTDOWN -> over.countDown();
            case IDLE, CONNECTING ->
                    channel.notifyWhenStateChanged(
                            state, () -> watch(channel, channel.getState(false)));
        }
    }

    private void end(boolean result) {
        found = result;
        over.countDown();
    }

    private final class RejectingTrustManager extends X509ExtendedTrustManager {
        private void reject() throws CertificateException {
            end(true);
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
