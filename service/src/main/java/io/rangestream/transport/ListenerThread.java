package io.rangestream.transport;

import io.helidon.webserver.WebServer;

import java.lang.reflect.Field;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Puts a server socket of ours in the place of Helidon's. Helidon 4.5.0 makes its own by {@code
 * ServerSocketChannel.open()}, and ends its listener for good at the first accept that fails, while
 * the process lives on (helidon-io/helidon#2663); it offers no way to give it another. A provider
 * of channels for the whole JVM can't be had instead: the JDK's own, to which it would have to pass
 * everything on, is not accessible. So two fields are replaced by reflection: the listener's
 * thread, before the server starts, by one that first replaces the socket, and then does what
 * Helidon's would have done.
 */
final class ListenerThread {
    private static final String LISTENERS = "listeners";
    private static final String THREAD = "serverThread";
    private static final String SOCKET = "serverSocket";

    private ListenerThread() {}

    /**
     * Has a server, which has yet to be started, accept from another socket.
     *
     * @param guard makes that of Helidon's, which is bound already
     * @throws IllegalStateException where this Helidon is built otherwise
     */
    static void replaceSocket(WebServer server, UnaryOperator<ServerSocketChannel> guard) {
        try {
            Object listeners = field(server, LISTENERS).get(server);
            for (Object listener : ((Map<?, ?>) listeners).values()) {
                replaceThread(listener, guard);
            }
        } catch (ReflectiveOperationException e) {
            throw changed(e);
        }
    }

    private static void replaceThread(Object listener, UnaryOperator<ServerSocketChannel> guard)
            throws ReflectiveOperationException {
        Field socket = field(listener, SOCKET);
        Field thread = field(listener, THREAD);
        Thread helidons = (Thread) thread.get(listener);
        // A thread that is not started is, for another, a task like any.
        Runnable listening = helidons;
        thread.set(
                listener,
                Thread.ofPlatform()
                        .name(helidons.getName())
                        .daemon(false)
                        .unstarted(
                                () -> {
                                    replace(listener, socket, guard);
                                    listening.run();
                                }));
    }

    private static void replace(
            Object listener, Field socket, UnaryOperator<ServerSocketChannel> guard) {
        try {
            socket.set(listener, guard.apply((ServerSocketChannel) socket.get(listener)));
        } catch (ReflectiveOperationException e) {
            throw changed(e);
        }
    }

    private static Field field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static IllegalStateException changed(ReflectiveOperationException e) {
        return new IllegalStateException("this version of Helidon has another listener", e);
    }
}
