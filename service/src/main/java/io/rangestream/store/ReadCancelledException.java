package io.rangestream.store;

/** A read was ended by {@link OpenRead#cancel}, or a fetch by {@link Fetch#abort}. */
public final class ReadCancelledException extends RuntimeException {
    public ReadCancelledException() {
        super("cancelled");
    }
}
