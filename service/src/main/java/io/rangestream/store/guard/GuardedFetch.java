package io.rangestream.store.guard;

import io.rangestream.range.ResolvedRange;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;

import java.util.Optional;

/**
 * A fetch that reports to the circuit breaker, once, that its body broke off. Used by one thread at
 * a time, except for {@link #abort}.
 */
final class GuardedFetch implements Fetch {
    private final Fetch fetch;
    private final Circuit.Call call;
    private boolean brokeOff;

    GuardedFetch(Fetch fetch, Circuit.Call call) {
        this.fetch = fetch;
        this.call = call;
    }

    @Override
    public Representation representation() {
        return fetch.representation();
    }

    @Override
    public Optional<ResolvedRange> covered() {
        return fetch.covered();
    }

    @Override
    public int read(byte[] array, int offset, int length) {
        try {
            return fetch.read(array, offset, length);
        } catch (Unavailable e) {
            if (!brokeOff) {
                brokeOff = true;
                call.brokeOff(e);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        fetch.close();
    }

    @Override
    public void abort() {
        fetch.abort();
    }
}
