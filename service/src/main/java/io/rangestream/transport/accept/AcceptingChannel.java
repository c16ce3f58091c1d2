package io.rangestream.transport.accept;

import io.rangestream.fault.Backoff;
import io.rangestream.fault.FatalErrors;
import io.rangestream.fault.RareWarning;
import io.rangestream.transport.accept.ConnectionCounters.Limit;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server socket that survives failed accepts and returns only connections that the limits allow.
 * Helidon's listener thread accepts from it. An accept that fails, as for too many open files, is
 * repeated after a pause of 100 ms, which doubles up to one second. If the socket is closed without
 * {@link #expectClose}, the listener is lost, and a callback runs once.
 *
 * <p>Workaround for Helidon 4.5.0: the first accept that fails ends the listener for good, while
 * the process continues (helidon-io/helidon#2663).
 */
public final class AcceptingChannel extends ServerSocketChannel {
    private static final System.Logger LOGGER = System.getLogger(AcceptingChannel.class.getName());
    private static final Backoff PAUSES =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

    private final ServerSocketChannel delegate;
    private final ConnectionLimits limits;
    private final AcceptedConnections connections;
    private final RefusedConnections refusals;
    private final Runnable onLost;
    private final RareWarning failures = new RareWarning(LOGGER);
    private final RareWarning refused = new RareWarning(LOGGER);
    private volatile boolean closeExpected;

    AcceptingChannel(
            ServerSocketChannel delegate,
            ConnectionLimits limits,
            AcceptedConnections connections,
            RefusedConnections refusals,
            Runnable onLost) {
        super(delegate.provider());
        this.delegate = delegate;
        this.limits = limits;
        this.connections = connections;
        this.refusals = refusals;
        this.onLost = onLost;
    }

    /** From now on a closed socket does not mean that the listener is lost. */
    void expectClose() {
        closeExpected = true;
    }

    /** Waits for the next connection that is not refused; called by the listener's thread. */
    @Override
    public SocketChannel accept() throws IOException {
        while (true) {
            SocketChannel accepted = acceptAny();
            try {
                Optional<Limit> limit = connections.admit(accepted, limits);
                if (limit.isEmpty()) {
                    return accepted;
                }
                refuse(accepted, limit.get());
            } catch (IOException | RuntimeException e) {
                // The client has left already, or this code has a fault: only this connection ends.
                failures.log("a new connection was dropped", e);
                RefusedConnections.close(accepted);
            }
        }
    }

    private void refuse(SocketChannel accepted, Limit limit) {
        refusals.refuse(accepted, limit);
        refused.log(
                limit == Limit.ADDRESS
                        ? "a connection was refused: all "
                                + limits.perAddress()
                                + " connections of its address are busy"
                                + " (server.max-connections-per-address)"
                        : "a connection was refused: all "
                                + limits.total()
                                + " connections are busy (server.max-connections)");
    }

    private SocketChannel acceptAny() throws IOException {
        int failedAccepts = 0;
        while (true) {
            try {
                return delegate.accept();
            } catch (ClosedChannelException e) {
                closed();
                throw e;
            } catch (IOException | RuntimeException | Error e) {
                FatalErrors.check(e);
                boolean evicted = connections.evictForDescriptors();
                failures.log(
                        "no connection can be accepted, trying again (server.max-connections is "
                                + limits.total()
                                + ", ulimit -n limits open files, "
                                + (evicted
                                        ? "an idle connection was closed)"
                                        : "no idle connection could be closed)"),
                        e);
                await(PAUSES.pause(failedAccepts));
                failedAccepts++;
            }
        }
    }

    private void await(Duration pause) throws ClosedChannelException {
        long until = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = until - System.nanoTime()) {
            if (!delegate.isOpen()) {
                closed();
                throw new ClosedChannelException();
            }
            if (Thread.currentThread().isInterrupted()) {
                closed();
                throw new ClosedByInterruptException();
            }
            // A close by another thread is detected after at most this long.
            LockSupport.parkNanos(this, Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)));
        }
    }

    private void closed() {
        if (!closeExpected) {
            closeExpected = true;
            onLost.run();
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        try {
            delegate.close();
        } finally {
            closed();
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        delegate.configureBlocking(block);
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        delegate.bind(local, backlog);
        return this;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        delegate.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return delegate.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return delegate.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
        return delegate.socket();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return delegate.getLocalAddress();
    }
}
