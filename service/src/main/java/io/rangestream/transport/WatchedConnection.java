package io.rangestream.transport;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;
import io.rangestream.fault.FatalErrors;
import io.rangestream.transport.accept.AcceptedConnection;
import io.rangestream.transport.accept.AcceptedConnections;

import java.time.Duration;

/** A connection of Helidon's whose {@link Link} is told of its begin and its end. */
final class WatchedConnection implements ServerConnection, InterruptableTask<Void> {
    private final ServerConnection delegate;
    private final Link link;
    private final DataReader reader;
    private final AcceptedConnection accepted;
    private final AcceptedConnections connections;

    WatchedConnection(
            ServerConnection delegate,
            Link link,
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
            // Helidon keeps it in a future that is never looked at.
            FatalErrors.check(e);
            throw e;
        } finally {
            end();
        }
    }

    private void end() {
        try {
            // While the socket lingers it may be closed to make room for another.
            accepted.awaitsBytes();
            // By the peer's RST, FIN or GOAWAY, or by us: Helidon tells no stream of any.
            link.end();
        } finally {
            connections.ended(accepted);
        }
    }

    /**
     * Not idle while a request is handled, however long its reader pauses. Helidon's own idle time
     * stands still where its timer does, and what this throws would end the other timer.
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
