package io.rangestream.transport;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;

import java.time.Duration;

/** A connection of Helidon's whose {@link Link} is told of its begin and its end. */
final class WatchedConnection implements ServerConnection, InterruptableTask<Void> {
    private final ServerConnection delegate;
    private final Link link;
    private final DataReader reader;

    WatchedConnection(ServerConnection delegate, Link link, DataReader reader) {
        this.delegate = delegate;
        this.link = link;
        this.reader = reader;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        link.begin(reader);
        try {
            delegate.handle(limit);
            link.refused();
        } finally {
            // By the peer's RST, FIN or GOAWAY, or by us: Helidon tells no stream of any.
            link.end();
        }
    }

    /** Not idle while an answer is given, however long its reader pauses. */
    @Override
    public Duration idleTime() {
        return link.isBusy() ? Duration.ZERO : delegate.idleTime();
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
