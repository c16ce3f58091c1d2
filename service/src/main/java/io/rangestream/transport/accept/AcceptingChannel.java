package io.rangestream.transport.accept;

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
 * A server socket that outlives failures: an accept that fails, as for too many open files, is
 * tried again after a pause, and only connections that the limits allow are given out. Where it is
 * closed without that having been {@linkplain #expectClose announced}, the listener is lost, and
 * that is told once.
 */
public final class AcceptingChannel extends ServerSocketChannel {
    private static final System.Logger LOGGER = System.getLogger(AcceptingChannel.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final ServerSocketChannel delegate;
    private final ConnectionLimits limits;
    private final AcceptedConnections connections;
    private final Refusals refusals;
    private final Runnable onLost;
    private final RareWarning failures = new RareWarning(LOGGER);
    private final RareWarning refused = new RareWarning(LOGGER);
    private volatile boolean closeExpected;

    AcceptingChannel(
            ServerSocketChannel delegate,
            ConnectionLimits limits,
            AcceptedConnections connections,
            Refusals refusals,
            Runnable onLost) {
        super(delegate.provider());
        this.delegate = delegate;
        this.limits = limits;
        this.connections = connections;
        this.refusals = refusals;
        this.onLost = onLost;
    }

    /** From now on a close is not a loss. */
    void expectClose() {
        closeExpected = true;
    }

    /** The next connection that is to be served; called by one thread. */
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
                // The client has left already, or we are wrong: one connection's loss, no more.
                failures.log("a new connection was dropped", e);
                Refusals.close(accepted);
            }
        }
    }

    private void refuse(SocketChannel accepted, Limit limit) {
        refusals.refuse(accepted, limit);
        refused.log(
                limit == Limit.ADDRESS
                        ? "a connection was refused: its address has "
                                + limits.perAddress()
                                + " that are busy (server.max-connections-per-address)"
                        : "a connection was refused: there are "
                                + limits.total()
                                + " that are busy (server.max-connections)");
    }

    private SocketChannel acceptAny() throws IOException {
        Duration pause = FIRST_PAUSE;
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
                        "no connection can be accepted, trying again (at most "
                                + limits.total()
                                + " by server.max-connections; the limit of open files is"
                                + " ulimit -n; an idle connection was "
                                + (evicted ? "closed)" : "not found)"),
                        e);
                await(pause);
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
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
            // Closed by another thread, it is noticed at the next look.
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
