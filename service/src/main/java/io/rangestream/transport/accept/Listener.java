package io.rangestream.transport.accept;

import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The listener of a server: its guarded server socket, the connections that it accepted, and those
 * that it refused. Owned by the transport's connections; the watchdog calls {@link #check} ten
 * times a second. Safe for many threads.
 */
public final class Listener implements AutoCloseable {
    private final AcceptedConnections connections = new AcceptedConnections();
    private volatile Optional<RefusedConnections> refusals = Optional.empty();
    private volatile Optional<AcceptingChannel> channel = Optional.empty();

    public AcceptedConnections connections() {
        return connections;
    }

    /**
     * Wraps a server socket so that it limits connections and survives failed accepts. The returned
     * socket owns the given one.
     *
     * @param date supplies the value of a Date field
     * @param onLost runs once if the socket is closed without {@link #expectClose}
     */
    public ServerSocketChannel guard(
            ServerSocketChannel socket,
            ConnectionLimits limits,
            Supplier<String> date,
            Runnable onLost) {
        connections.limitStreams(limits);
        RefusedConnections refused = new RefusedConnections(date);
        AcceptingChannel accepting =
                new AcceptingChannel(socket, limits, connections, refused, onLost);
        refusals = Optional.of(refused);
        channel = Optional.of(accepting);
        return accepting;
    }

    /** Forgets connections that have ended, and closes those that were refused. */
    public void check() {
        connections.forgetClosed();
        refusals.ifPresent(RefusedConnections::check);
    }

    /** From now on a closed server socket is no failure. */
    public void expectClose() {
        channel.ifPresent(AcceptingChannel::expectClose);
    }

    @Override
    public void close() {
        expectClose();
        refusals.ifPresent(RefusedConnections::close);
    }
}
