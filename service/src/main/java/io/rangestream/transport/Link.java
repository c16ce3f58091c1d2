package io.rangestream.transport;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ConnectionContext;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;

/** What stands between a connection of Helidon's and its socket. */
interface Link {
    /**
     * The connection's thread begins.
     *
     * @param reader what is given by {@link #next} and not yet taken
     */
    void begin(DataReader reader);

    /** Helidon has said its last word, to a request that it can't read. */
    default void refused() {}

    /** The connection's thread is through: whatever else goes on here goes on in vain. */
    void end();

    /** Whether an answer is being given. */
    boolean isBusy();

    /** The next bytes from the peer; null at their end. Called by one thread at a time. */
    byte @Nullable [] next();

    /** How the connection writes to the socket. */
    default DataWriter writer(DataWriter socket) {
        return socket;
    }

    /**
     * Closes the socket, from any thread; whoever reads or writes there is freed. Does not block.
     */
    static void close(ConnectionContext context) {
        try {
            context.serverSocket().close();
        } catch (UncheckedIOException e) {
            // It is closed, then.
        }
    }

    /** Reads what the socket has; null at its end. */
    static byte @Nullable [] read(ConnectionContext context) {
        DataReader reader = context.dataReader();
        try {
            // It may hold what was read to tell the protocol by.
            reader.ensureAvailable();
            return reader.readBytes(reader.available());
        } catch (DataReader.InsufficientDataAvailableException e) {
            return null;
        }
    }
}
