package io.rangestream.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

/**
 * Sees to it that a request of one message which can't be read gets a status. Helidon (4.5.0,
 * {@code GrpcProtocolHandler.data}) then only cancels the call, in the call's own thread, where no
 * client's cancel ever arrives: the client would wait for ever. Nothing answers such a request
 * before its end, so until then there is no other status.
 */
final class RequestGuard<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Thread own = Thread.currentThread();
    private final Runnable refuse;
    private boolean ended;

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
    public void onHalfClose() {
        ended = true;
        super.onHalfClose();
    }

    @Override
    public void onCancel() {
        if (Thread.currentThread() == own && !ended) {
            ended = true;
            refuse.run();
        }
        super.onCancel();
    }
}
