package io.rangestream.testkit;

import io.rangestream.range.ByteRange;
import io.rangestream.store.Fetch;
import io.rangestream.store.Representation;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts fetches that nobody has closed or aborted yet. */
final class OpenFetches {
    private final AtomicInteger open = new AtomicInteger();

    int count() {
        return open.get();
    }

    /** A fetch that passes all on, and is counted until it is given up. */
    class Counted implements Fetch {
        private final Fetch behind;
        private final AtomicBoolean givenUp = new AtomicBoolean();

        Counted(Fetch behind) {
            this.behind = behind;
            open.incrementAndGet();
        }

        @Override
        public Representation representation() {
            return behind.representation();
        }

        @Override
        public Optional<ByteRange> covered() {
            return behind.covered();
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            return behind.read(array, offset, length);
        }

        @Override
        public void close() {
            giveUp();
            behind.close();
        }

        @Override
        public void abort() {
            giveUp();
            behind.abort();
        }

        private void giveUp() {
            if (givenUp.compareAndSet(false, true)) {
                open.decrementAndGet();
            }
        }
    }
}
