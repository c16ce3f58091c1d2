package io.rangestream.transport;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ConnectionContext;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;

/**
 * Our code between one of Helidon's connections and its socket: all bytes that Helidon reads and
 * writes pass through it. Used by the connection's thread, unless a method says otherwise.
 *
 * <p>Workaround for Helidon 4.5.0: a handler is not notified when its client leaves (not reported).
 */
interface Link {
    /**
     * The connection's thread starts to handle the connection.
     *
     * @param reader the source of the bytes that {@link #next} returned and Helidon has not taken
     */
    void begin(DataReader reader);

    /** Helidon has answered a request that it can't read, and ends the connection. */
    default void refused() {}

    /** The connection's thread ends: no response on this connection can reach the client now. */
    void end();

    /** Returns whether a response is being sent; from any thread. */
    boolean isBusy();

    /** Waits for the next bytes from the client; returns null at the end of the connection. */
    byte @Nullable [] next();

    /** Returns the writer that Helidon uses; {@code socket} writes to the socket. */
    default DataWriter writer(DataWriter socket) {
        return socket;
    }

    /**
     * Closes the socket, from any thread. A thread that reads or writes there returns with an
     * error. Does not block.
     */
    static void close(ConnectionContext context) {
        try {
            context.serverSocket().close();
        } catch (UncheckedIOException e) {
            // The socket is closed nevertheless.
        }
    }

    /** Waits for bytes from the socket; returns null at the end of the connection. */
    static byte @Nullable [] read(ConnectionContext context) {
        DataReader reader = context.dataReader();
        try {
            // The reader may hold the bytes by which the protocol was identified.
            reader.ensureAvailable();
            return reader.readBytes(reader.available());
        } catch (DataReader.InsufficientDataAvailableException e) {
            return null;
        }
    }
}
