package io.rangestream.transport.helidon;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.rangestream.transport.ConnectionHandler;
import io.rangestream.transport.accept.AcceptedConnection;
import io.rangestream.transport.accept.AcceptedConnections;

import java.util.Set;
import java.util.function.BiFunction;

/**
 * Wraps one of Helidon's connection selectors so that each connection it makes has a {@link
 * ConnectionHandler} between it and its socket. Called by the thread of each new connection.
 *
 * <p>Workaround for Helidon 4.5.0: a handler is not notified when its client leaves (not reported).
 */
final class TrackedSelector implements ServerConnectionSelector {
    private final ServerConnectionSelector delegate;
    private final BiFunction<ConnectionContext, AcceptedConnection, ConnectionHandler> links;
    private final AcceptedConnections accepted;

    TrackedSelector(
            ServerConnectionSelector delegate,
            BiFunction<ConnectionContext, AcceptedConnection, ConnectionHandler> links,
            AcceptedConnections accepted) {
        this.delegate = delegate;
        this.links = links;
        this.accepted = accepted;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return delegate.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return delegate.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return delegate.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        AcceptedConnection connection =
                accepted.find(context.remotePeer().address(), context.localPeer().address());
        ConnectionHandler link = links.apply(context, connection);
        // The bytes that identified the protocol have arrived, and are not processed yet.
        connection.hasBytes();
        TrackedContext watched = new TrackedContext(context, link, connection);
        return new TrackedConnection(
                delegate.connection(watched), link, watched.dataReader(), connection, accepted);
    }
}
