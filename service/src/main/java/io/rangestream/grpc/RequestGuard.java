package io.rangestream.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

/**
 * Sees to it that a request which can't be read is answered. Helidon (4.5.0, {@code
 * GrpcProtocolHandler.data}) then only cancels the call, in the call's own thread, where no peer's
 * cancel ever arrives: the client would wait for ever.
 */
final class RequestGuard<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Thread own = Thread.currentThread();
    private final Runnable refuse;
    private boolean read;

    /**
     * Guards a call of this thread.
     *
     * @param refuse ends the call by a status
     */
    RequestGuard(ServerCall.Listener<Q> delegate, Runnable refuse) {
        super(delegate);
        this.refuse = refuse;
    }

    @Override
    public void onMessage(Q message) {
        read = true;
        super.onMessage(message);
    }

    @Override
    public void onCancel() {
        if (Thread.currentThread() == own && !read) {
            refuse.run();
        }
        super.onCancel();
    }
}
