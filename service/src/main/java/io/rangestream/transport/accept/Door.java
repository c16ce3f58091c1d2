package io.rangestream.transport.accept;

import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a server's connections come through: its server socket, guarded, and those that are open.
 * {@link #look} is to be called now and then.
 */
public final class Door implements AutoCloseable {
    private final AcceptedConnections connections = new AcceptedConnections();
    private volatile Optional<Refusals> refusals = Optional.empty();
    private volatile Optional<AcceptingChannel> channel = Optional.empty();

    public AcceptedConnections connections() {
        return connections;
    }

    /**
     * Stands before a server socket, which this takes over.
     *
     * @param date gives the value of a Date field
     * @param onLost runs once, where the socket is closed and not by {@link #close}
     */
    public ServerSocketChannel guard(
            ServerSocketChannel socket,
            ConnectionLimits limits,
            Supplier<String> date,
            Runnable onLost) {
        connections.limitStreams(limits);
        Refusals answers = new Refusals(date);
        AcceptingChannel accepting =
                new AcceptingChannel(socket, limits, connections, answers, onLost);
        refusals = Optional.of(answers);
        channel = Optional.of(accepting);
        return accepting;
    }

    /** Looks after connections that have ended, and those that were refused. */
    public void look() {
        connections.forgetClosed();
        refusals.ifPresent(Refusals::look);
    }

    /** The socket may be closed from now on. */
    public void expectClose() {
        channel.ifPresent(AcceptingChannel::expectClose);
    }

    @Override
    public void close() {
        expectClose();
        refusals.ifPresent(Refusals::close);
    }
}
