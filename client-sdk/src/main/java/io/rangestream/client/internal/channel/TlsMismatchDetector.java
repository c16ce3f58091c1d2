package io.rangestream.client.internal.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import io.rangestream.client.TlsMismatchException;
import io.rangestream.client.internal.wire.ApiAccess;
import io.rangestream.client.internal.wire.Failure;
import io.rangestream.client.internal.wire.Subject;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

/**
 * Detects from a call's status that the client uses TLS and the server does not, or the reverse. A
 * {@link Connection} asks it about each failed call. Safe for several threads.
 *
 * <p>gRPC reports a mismatch only by the exception in the status, which contains the first bytes of
 * the response in hexadecimal digits. Some servers close the connection without a response: a TLS
 * server built on Netty a plaintext connection, a plaintext server built on Helidon a TLS
 * connection. That looks like any other closed connection, so the detector then makes a connection
 * of the other kind to find out.
 */
final class TlsMismatchDetector {
    /** An HTTP/2 SETTINGS frame of stream 0, or an HTTP/1 status line. */
    private static final Pattern PLAINTEXT_RESPONSE =
            Pattern.compile("not an SSL/TLS record: ([0-9a-f]{6}04[0-9a-f]{2}00000000|485454502f)");

    /** A TLS alert record, of any protocol version. */
    private static final Pattern TLS_ALERT =
            Pattern.compile("First received frame was not SETTINGS\\..* 1503[0-9a-f]");

    /** Makes a connection to find out whether a server uses TLS. */
    interface Probe {
        /** Whether the server accepts a TLS handshake, or else HTTP/2 without TLS. */
        boolean serverUses(String target, boolean tls);
    }

    /** The description that NettyClientHandler gives to a connection that the server closed. */
    private static final String CLOSED = "Network closed for unknown reason";

    /**
     * The number of probes that may find no mismatch. A server that restarts behind a proxy closes
     * connections too.
     */
    private static final int MAX_PROBES = 3;

    private final String target;
    private final boolean plaintext;
    private final Probe probe;
    private final AtomicInteger probesLeft = new AtomicInteger(MAX_PROBES);
    private final AtomicBoolean probing = new AtomicBoolean();
    private volatile boolean serverResponded;

    /**
     * Creates a detector for one client.
     *
     * @param target the target that the client connects to
     * @param plaintext whether the client connects without TLS
     * @param probe finds out whether the server uses TLS
     */
    TlsMismatchDetector(String target, boolean plaintext, Probe probe) {
        this.target = target;
        this.plaintext = plaintext;
        this.probe = probe;
    }

    /**
     * Watches for the first response of the server. A server that has responded uses the right
     * protocol, so later failures cause no probe.
     */
    ClientInterceptor responseWatcher() {
        return new ClientInterceptor() {
            @Override
            public <Q, R> ClientCall<Q, R> interceptCall(
                    MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
                ClientCall<Q, R> call = next.newCall(method, options);
                return serverResponded ? call : new WatchedCall<>(call);
            }
        };
    }

    /** A call that notes headers or trailers of its response. */
    private final class WatchedCall<Q, R> extends SimpleForwardingClientCall<Q, R> {
        WatchedCall(ClientCall<Q, R> call) {
            super(call);
        }

        @Override
        public void start(Listener<R> listener, Metadata headers) {
            super.start(
                    new SimpleForwardingClientCallListener<>(listener) {
                        @Override
                        public void onHeaders(Metadata responseHeaders) {
                            serverResponded = true;
                            super.onHeaders(responseHeaders);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            // Only a server sends trailers; gRPC's own failures have none.
                            if (!trailers.keys().isEmpty()) {
                                serverResponded = true;
                            }
                            super.onClose(status, trailers);
                        }
                    },
                    headers);
        }
    }

    /** The exception for a call that failed because of a mismatch; empty for any other failure. */
    Optional<TlsMismatchException> detect(Status status, Subject subject) {
        Throwable cause = status.getCause();
        boolean mismatch =
                plaintext
                        ? isTlsAlert(cause) || isClosed(status) && serverUses(true)
                        : isPlaintextResponse(cause)
                                || isClosedInHandshake(status) && serverUses(false);
        if (!mismatch) {
            return Optional.empty();
        }
        String what =
                plaintext
                        ? " uses TLS; remove plaintext() from the client's builder"
                        : " answered without TLS; call plaintext() on the client's builder";
        return Optional.of(
                ApiAccess.get()
                        .tlsMismatch(
                                new Failure(
                                        subject, target + what, null, null, status.asException()),
                                plaintext));
    }

    private static boolean isPlaintextResponse(@Nullable Throwable cause) {
        return cause instanceof NotSslRecordException && contains(cause, PLAINTEXT_RESPONSE);
    }

    private static boolean isTlsAlert(@Nullable Throwable cause) {
        return cause != null && contains(cause, TLS_ALERT);
    }

    private static boolean contains(Throwable cause, Pattern pattern) {
        String message = cause.getMessage();
        return message != null && pattern.matcher(message).find();
    }

    /** Whether the server accepted the connection and then closed or reset it. */
    private static boolean isClosed(Status status) {
        if (status.getCode() != Status.Code.UNAVAILABLE) {
            return false;
        }
        Throwable cause = status.getCause();
        return cause == null
                ? CLOSED.equals(status.getDescription())
                : cause instanceof IOException && !(cause instanceof ConnectException);
    }

    /** gRPC appends the Netty handlers to the description; this one ends with the handshake. */
    private static boolean isClosedInHandshake(Status status) {
        String description = status.getDescription();
        return status.getCode() == Status.Code.UNAVAILABLE
                && description != null
                && description.contains("ClientTlsHandler")
                && !(status.getCause() instanceof SSLException)
                && !(status.getCause() instanceof ConnectException);
    }

    private boolean serverUses(boolean tls) {
        // Many calls of one connection fail together; one of them probes.
        if (serverResponded || probesLeft.get() <= 0 || !probing.compareAndSet(false, true)) {
            return false;
        }
        try {
            boolean confirmed = probe.serverUses(target, tls);
            if (!confirmed) {
                probesLeft.decrementAndGet();
            }
            return confirmed;
        } finally {
            probing.set(false);
        }
    }
}
