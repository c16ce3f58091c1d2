package io.rangestream.transport;

import java.io.OutputStream;
import java.util.function.Supplier;

/** The peer of an answer, as its connection knows it. Nothing here blocks, but for writes. */
interface Peer {
    /** Whom the thread that handles a request, or a call, answers. */
    ThreadLocal<Peer> CURRENT = ThreadLocal.withInitial(() -> UnknownPeer.INSTANCE);

    /** From now on {@code reader} is told when the peer leaves; at once where it has left. */
    void attach(OpenReader reader);

    /** The answer is over; what is still done in its name is without effect. */
    void detach(OpenReader reader);

    /** Where the body's bytes go, given where Helidon would have them. */
    OutputStream outlet(OutputStream body, OpenReader reader);

    /** Waits in Helidon's code for what comes with the request. */
    <T> T receive(Supplier<T> wait);

    /** Frees the thread that writes this answer, where that is possible; the answer was ended. */
    void end(OpenReader reader);

    /** As {@link #end}, a while later: the thread writes still. */
    void abandon(OpenReader reader);

    /** Nothing has been written for a while, so that a peer that leaves would not be noticed. */
    void watch();

    /** On a connection that is none of ours, as a test's may be. */
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
    }
}
