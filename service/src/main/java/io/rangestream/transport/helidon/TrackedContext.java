package io.rangestream.transport.helidon;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.rangestream.fault.FatalErrors;
import io.rangestream.transport.ConnectionHandler;
import io.rangestream.transport.accept.AcceptedConnection;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * The context that Helidon's connection gets in place of its own: all bytes pass through a {@link
 * ConnectionHandler}, and tasks run in a {@link GuardedExecutor}. Made by {@link TrackedSelector},
 * one for each connection. It records when the connection waits for bytes, by which idle
 * connections are found.
 *
 * <p>Workaround for Helidon 4.5.0: a handler is not notified when its client leaves (not reported).
 */
final class TrackedContext implements ConnectionContext {
    private final ConnectionContext delegate;
    private final ConnectionHandler link;
    private final DataReader reader;
    private final DataWriter writer;
    private final AcceptedConnection accepted;
    private final ExecutorService executor;

    TrackedContext(
            ConnectionContext delegate, ConnectionHandler link, AcceptedConnection accepted) {
        this.delegate = delegate;
        this.link = link;
        this.accepted = accepted;
        this.executor = new GuardedExecutor(delegate.executor(), accepted);
        this.reader = DataReader.create(this::next);
        this.writer = link.writer(delegate.dataWriter());
    }

    private byte @Nullable [] next() {
        accepted.awaitsBytes();
        try {
            return link.next();
        } catch (Error e) {
            // Helidon handles an Error as any other failure, and no handler of ours sees it.
            FatalErrors.check(e);
            throw e;
        } finally {
            accepted.hasBytes();
        }
    }

    ConnectionHandler link() {
        return link;
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public ListenerContext listenerContext() {
        return delegate.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return executor;
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public Router router() {
        return delegate.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return delegate.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return delegate.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
        return delegate.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return delegate.localPeer();
    }

    @Override
    public boolean isSecure() {
        return delegate.isSecure();
    }

    @Override
    public String socketId() {
        return delegate.socketId();
    }

    @Override
    public String childSocketId() {
        return delegate.childSocketId();
    }
}
