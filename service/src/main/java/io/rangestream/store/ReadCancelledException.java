package io.rangestream.store;

/**
 * A read was ended by {@link ReadHandle#cancel}, or a fetch by {@link Fetch#abort}, or the thread
 * was interrupted while it waited for a store. In each case the client has left, so it says nothing
 * about the store.
 */
public final class ReadCancelledException extends RuntimeException {
    public ReadCancelledException() {
        super("cancelled");
    }
}
