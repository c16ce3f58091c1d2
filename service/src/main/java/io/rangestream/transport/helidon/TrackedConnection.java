package io.rangestream.transport.helidon;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;
import io.rangestream.fault.FatalErrors;
import io.rangestream.transport.ConnectionHandler;
import io.rangestream.transport.accept.AcceptedConnection;
import io.rangestream.transport.accept.AcceptedConnections;

import java.time.Duration;

/**
 * Wraps one of Helidon's connections, to notify its {@link ConnectionHandler} when the connection's
 * thread starts and ends. Made by {@link TrackedSelector}; run by the connection's thread.
 * Helidon's timer of idle connections reads {@link #idleTime}.
 *
 * <p>Workaround for Helidon 4.5.0: the end of a connection is not reported to its streams (not
 * reported).
 */
final class TrackedConnection implements ServerConnection, InterruptableTask<Void> {
    private final ServerConnection delegate;
    private final ConnectionHandler link;
    private final DataReader reader;
    private final AcceptedConnection accepted;
    private final AcceptedConnections connections;

    TrackedConnection(
            ServerConnection delegate,
            ConnectionHandler link,
            DataReader reader,
            AcceptedConnection accepted,
            AcceptedConnections connections) {
        this.delegate = delegate;
        this.link = link;
        this.reader = reader;
        this.accepted = accepted;
        this.connections = connections;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        link.begin(reader);
        try {
            delegate.handle(limit);
            link.refused();
        } catch (Throwable e) {
            // Helidon keeps the exception in a future that is never read.
            FatalErrors.check(e);
            throw e;
        } finally {
            end();
        }
    }

    private void end() {
        try {
            // During its lingering close a connection may be evicted.
            accepted.awaitsBytes();
            // The connection was ended by a RST, FIN or GOAWAY of the client, or by this server.
            link.end();
        } finally {
            connections.ended(accepted);
        }
    }

    /**
     * Returns zero while a request is handled, however long its reader pauses. Does not use the
     * delegate's idle time, which depends on a timer that one error ends. Must not throw: an
     * exception would end Helidon's timer of idle connections.
     */
    @Override
    public Duration idleTime() {
        return link.isBusy() ? Duration.ZERO : Duration.ofNanos(accepted.idleNanos());
    }

    @Override
    public void close(boolean interrupt) {
        delegate.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
        return delegate instanceof InterruptableTask<?> task && task.canInterrupt();
    }
}
