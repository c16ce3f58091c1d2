package io.rangestream.transport.helidon;

import io.helidon.webserver.WebServer;

import java.lang.reflect.Field;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Replaces the server socket of a Helidon listener by one that survives a failed accept. Used once,
 * by {@link Connections}, before the server is started.
 *
 * <p>Helidon opens its socket by {@code ServerSocketChannel.open()} and has no setting for another.
 * A {@code SelectorProvider} for the whole JVM is no alternative: it would have to delegate to the
 * JDK's, which is not accessible. Therefore reflection replaces two private fields: the listener's
 * thread, before the server starts, by a thread that first replaces the socket and then runs the
 * original one.
 *
 * <p>Workaround for Helidon 4.5.0: the first accept that fails ends the listener for good, while
 * the process continues (helidon-io/helidon#2663).
 */
final class ListenerThread {
    private static final String LISTENERS = "listeners";
    private static final String THREAD = "serverThread";
    private static final String SOCKET = "serverSocket";

    private ListenerThread() {}

    /**
     * Makes a server accept connections from another socket.
     *
     * @param server not started yet
     * @param guard returns the new socket, given Helidon's, which is bound
     * @throws IllegalStateException if this version of Helidon has other fields
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
        Thread original = (Thread) thread.get(listener);
        // A thread that is never started can be run as a task.
        Runnable listening = original;
        thread.set(
                listener,
                Thread.ofPlatform()
                        .name(original.getName())
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
        return new IllegalStateException(
                "this version of Helidon has no listener with the fields that ListenerThread"
                        + " replaces",
                e);
    }
}
