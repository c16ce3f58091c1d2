package io.rangestream.transport;

import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The connection or HTTP/2 stream that a response is sent on, as {@link OpenReader} uses it. No
 * method blocks, except that writes to the {@linkplain #outlet body} block while the client takes
 * no bytes.
 *
 * <p>Workaround for Helidon 4.5.0: a handler is not notified when its client leaves (not reported).
 */
interface Peer {
    /** The connection or stream on which this thread handles a request or a call. */
    ThreadLocal<Peer> CURRENT = ThreadLocal.withInitial(() -> UnknownPeer.INSTANCE);

    /** Ends {@code reader} when the client leaves; immediately if it has left already. */
    void attach(OpenReader reader);

    /** The response is complete; later calls for it have no effect. */
    void detach(OpenReader reader);

    /** Returns the stream to write the body to; {@code body} is Helidon's. */
    OutputStream outlet(OutputStream body, OpenReader reader);

    /** Waits in Helidon's code for the content of the request. */
    <T> T receive(Supplier<T> wait);

    /** The response was ended: releases the thread that writes it, if possible. */
    void end(OpenReader reader);

    /** The thread still writes some time after {@link #end}: closes the connection if possible. */
    void abandon(OpenReader reader);

    /**
     * No byte has been written for a while, so that no write would detect that the client has left:
     * starts to read ahead, if no thread reads from this connection.
     */
    void watch();

    /** Returns the fault of the metadata of a gRPC call. */
    Optional<RequestFault> requestFault();

    /** Sets the action to run if a message of a gRPC call can't be read. */
    void onRequestFault(Consumer<RequestFault> action);

    /** A connection that was not made by our selectors, as in a unit test. */
    enum UnknownPeer implements Peer {
        INSTANCE;

        @Override
        public void attach(OpenReader reader) {}

        @Override
        public void detach(OpenReader reader) {}

        @Override
        public OutputStream outlet(OutputStream body, OpenReader reader) {
            return body;
        }

        @Override
        public <T> T receive(Supplier<T> wait) {
            return wait.get();
        }

        @Override
        public void end(OpenReader reader) {}

        @Override
        public void abandon(OpenReader reader) {}

        @Override
        public void watch() {}

        @Override
        public Optional<RequestFault> requestFault() {
            return Optional.empty();
        }

        @Override
        public void onRequestFault(Consumer<RequestFault> action) {}
    }
}
