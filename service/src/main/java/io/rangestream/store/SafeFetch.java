package io.rangestream.store;

import io.rangestream.fault.TaskGuard;
import io.rangestream.range.ByteRange;

import java.util.Optional;

/**
 * A fetch whose {@link #close} and {@link #abort} never throw, as the contract has it, whatever its
 * adapter does: what an adapter throws there is logged, at most once a minute.
 */
public final class SafeFetch implements Fetch {
    private final Fetch fetch;
    private final TaskGuard guard;

    /** Stands before {@code fetch}, which this takes over; {@code guard} logs. */
    public SafeFetch(Fetch fetch, TaskGuard guard) {
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
