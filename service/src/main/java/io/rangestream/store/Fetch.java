package io.rangestream.store;

import io.rangestream.fault.TaskGuard;
import io.rangestream.range.ByteRange;

import java.util.Optional;

/**
 * The open response to one request to a store. The engine's fetch threads read it. Used by one
 * thread at a time, except for {@link #abort}. The caller that opened it closes or aborts it.
 */
public interface Fetch extends AutoCloseable {

    /** The version of the object that all bytes belong to, as observed by this request. */
    Representation representation();

    /**
     * The positions that this fetch covers. Empty if the requested range lies beyond the object's
     * end, or if the object is empty.
     */
    Optional<ByteRange> covered();

    /**
     * Reads the next bytes into part of an array. Waits for at least one byte.
     *
     * @param array the destination; only the part that the result reports is written to
     * @param offset the index of the first byte
     * @param length the maximum number of bytes, at least 1
     * @return the number of bytes read, at least 1; -1 after the last covered byte
     * @throws ObjectStoreException.Changed if the object is replaced while it is read
     * @throws ObjectStoreException.Unavailable if the response breaks off before the last covered
     *     byte
     * @throws ReadCancelledException after {@link #abort}, or if the thread is interrupted while it
     *     waits for the store
     */
    int read(byte[] array, int offset, int length);

    /**
     * Releases the connection or file. Idempotent; never throws. It may read a small remainder of
     * the response, so that the connection can be used again.
     */
    @Override
    void close();

    /**
     * Releases the connection or file at once, without reading the remainder. Idempotent; never
     * throws. May be called from any thread; a concurrent {@link #read} on another thread ends
     * soon.
     */
    void abort();

    /**
     * A fetch with {@link #close} and {@link #abort} that never throw, even if those of the wrapped
     * fetch do. Such an exception is logged, at most once a minute.
     */
    final class Safe implements Fetch {
        private final Fetch fetch;
        private final TaskGuard guard;

        /**
         * Takes ownership of {@code fetch}.
         *
         * @param guard logs exceptions
         */
        public Safe(Fetch fetch, TaskGuard guard) {
            this.fetch = fetch;
            this.guard = guard;
        }

        @Override
        public Representation representation() {
            return fetch.representation();
        }

        @Override
        public Optional<ByteRange> covered() {
            return fetch.covered();
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            return fetch.read(array, offset, length);
        }

        @Override
        public void close() {
            guard.run(fetch::close);
        }

        @Override
        public void abort() {
            guard.run(fetch::abort);
        }
    }
}
