package io.rangestream.transport.accept;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server socket on the loopback address that fails its next accepts on demand. */
public final class FailingServerSocket extends ServerSocketChannel {
    public static final InetAddress ADDRESS = address();

    public final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    public final AtomicInteger accepts = new AtomicInteger();
    private final ServerSocketChannel delegate;

    private static InetAddress address() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Wraps a bound socket. */
    public FailingServerSocket(ServerSocketChannel delegate) {
        super(delegate.provider());
        this.delegate = delegate;
    }

    static FailingServerSocket create() throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        socket.bind(new InetSocketAddress(ADDRESS, 0));
        return new FailingServerSocket(socket);
    }

    int port() throws IOException {
        return ((InetSocketAddress) delegate.getLocalAddress()).getPort();
    }

    @Override
    public SocketChannel accept() throws IOException {
        accepts.incrementAndGet();
        return switch (failures.poll()) {
            case null -> delegate.accept();
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        };
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        delegate.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        delegate.configureBlocking(block);
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        return delegate.bind(local, backlog);
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        return delegate.setOption(name, value);
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
