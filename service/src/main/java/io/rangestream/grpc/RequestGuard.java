package io.rangestream.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

/**
 * Ends a unary or server-streaming call with a status if its request can't be parsed. Used by the
 * interceptor. Called by the thread of the call, and by other threads for a cancel of the client.
 *
 * <p>Helidon (4.5.0, {@code GrpcProtocolHandler.data}, not reported) only cancels such a call, in
 * the thread of the call, and sends no status: the client would wait until its deadline. A cancel
 * by the client never arrives in that thread. The handler runs only after the half-close, so before
 * it there is no other status.
 */
final class RequestGuard<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Thread callThread = Thread.currentThread();
    private final Runnable refuse;
    private boolean ended;

    /**
     * Guards a call of the current thread.
     *
     * @param refuse ends the call with a status
     */
    RequestGuard(ServerCall.Listener<Q> delegate, Runnable refuse) {
        super(delegate);
        this.refuse = refuse;
    }

    @Override
    public void onHalfClose() {
        ended = true;
        super.onHalfClose();
    }

    @Override
    public void onCancel() {
        if (Thread.currentThread() == callThread && !ended) {
            ended = true;
            refuse.run();
        }
        super.onCancel();
    }
}
