package io.rangestream.store.guard;

import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.CoveringFetch;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store whose opens wait until they are told, one by one, what comes of them. */
final class HeldOpens implements ObjectStore {
    private final List<CompletableFuture<Fetch>> opens = new CopyOnWriteArrayList<>();
    private final Representation representation;
    volatile Runnable onAbort = () -> {};

    HeldOpens(Representation representation) {
        this.representation = representation;
    }

    /** An answer that shows whether it was given up. */
    final class Answer extends CoveringFetch {
        private volatile boolean closed;

        Answer() {
            super(representation, Optional.of(new ByteRange(0, 0)));
        }

        @Override
        protected int fill(byte[] array, int offset, int length, long from) {
            array[offset] = 'a';
            return 1;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void abort() {
            super.abort();
            onAbort.run();
        }

        boolean wasAborted() {
            return isAborted();
        }

        boolean isOpen() {
            return !closed && !isAborted();
        }
    }

    /** Waits until so many opens have come. */
    void awaitOpens(int count) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> opens.size() >= count);
    }

    int opens() {
        return opens.size();
    }

    /** Answers the open of that number, from 0, which has come. */
    Answer answer(int number) {
        Answer answer = new Answer();
        opens.get(number).complete(answer);
        return answer;
    }

    void fail(int number, RuntimeException failure) {
        opens.get(number).completeExceptionally(failure);
    }

    @Override
    public Fetch open(ObjectId id, Optional<EntityTag> ifMatch, RangeSpec wanted) {
        CompletableFuture<Fetch> held = new CompletableFuture<>();
        opens.add(held);
        try {
            return held.join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    @Override
    public Representation head(ObjectId id) {
        return representation;
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        return new ObjectListing(List.of(), List.of(), Optional.empty());
    }

    @Override
    public void probe() {}

    @Override
    public void close() {}
}
