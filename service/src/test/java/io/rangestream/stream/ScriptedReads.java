package io.rangestream.stream;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectReads;
import io.rangestream.store.OpenOptions;
import io.rangestream.store.OpenOptions.Freshness;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.ReadHandle;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A fake engine with a script: each open takes the next read of it. */
final class ScriptedReads implements ObjectReads {
    static final byte[] ALPHABET = "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final Instant CHANGED_AT = Instant.parse("2020-01-02T03:04:05Z");
    private static final int SLICE_BYTES = 10;

    private final Deque<Scripted> script = new ArrayDeque<>();
    final List<Optional<RangeSpec>> wanted = new ArrayList<>();
    final List<Freshness> freshness = new ArrayList<>();

    static Representation alphabet(String entityTag) {
        return new Representation(
                ALPHABET.length,
                new Validators(
                        Optional.of(EntityTag.strong(entityTag)),
                        Optional.of(CHANGED_AT),
                        CHANGED_AT.plusSeconds(60)),
                Optional.empty(),
                StoredFields.NONE,
                Optional.empty());
    }

    /** Adds a read to the script. */
    Read then(Read read) {
        script.add(read);
        return read;
    }

    /** Adds an open that fails to the script. */
    void thenFail(RuntimeException failure) {
        script.add(new Failure(failure));
    }

    int remaining() {
        return script.size();
    }

    @Override
    public ReadHandle open(OpenOptions request, Cancellation cancellation) {
        wanted.add(request.firstWanted());
        freshness.add(request.freshness());
        return switch (script.remove()) {
            case Read read -> read;
            case Failure(RuntimeException failure) -> throw failure;
        };
    }

    @Override
    public ObjectListing list(ObjectListing.Query query) {
        throw new UnsupportedOperationException();
    }

    sealed interface Scripted {}

    private record Failure(RuntimeException failure) implements Scripted {}

    /** A slice of the alphabet. */
    record Stretch(long firstPos, int length) {}

    /** A read of the alphabet in slices of ten bytes, each modified by a function. */
    static final class Read implements ReadHandle, Scripted {
        private final Representation representation;
        private final UnaryOperator<Stretch> modify;
        final List<ResolvedRange> selected = new ArrayList<>();
        int closed;
        boolean askedNow = true;
        private volatile boolean cancelled;
        private long nextPos;
        private long endPos;
        private Stretch slice = new Stretch(0, 0);

        Read(Representation representation) {
            this(representation, UnaryOperator.identity());
        }

        /**
         * A read of modified slices.
         *
         * @param modify modifies a slice, or throws; an empty slice ends the range
         */
        Read(Representation representation, UnaryOperator<Stretch> modify) {
            this.representation = representation;
            this.modify = modify;
        }

        @Override
        public Representation representation() {
            return representation;
        }

        @Override
        public void select(ResolvedRange range) {
            selected.add(range);
            nextPos = range.firstPos();
            endPos = range.lastPos() + 1;
        }

        @Override
        public boolean advance() {
            if (cancelled) {
                throw new ReadCancelledException();
            }
            if (nextPos == endPos) {
                return false;
            }
            int length = (int) Math.min(SLICE_BYTES, endPos - nextPos);
            slice = modify.apply(new Stretch(nextPos, length));
            nextPos += length;
            return slice.length() > 0;
        }

        @Override
        public byte[] array() {
            return ALPHABET;
        }

        @Override
        public int offset() {
            return (int) slice.firstPos();
        }

        @Override
        public int length() {
            return slice.length();
        }

        @Override
        public long firstPos() {
            return slice.firstPos();
        }

        @Override
        public Origin origin() {
            return slice.firstPos() == 0 ? Origin.MEMORY : Origin.STORE;
        }

        @Override
        public int crc32c() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isAskedNow() {
            return askedNow;
        }

        @Override
        public Forwarding forwarding() {
            return Forwarding.UNKNOWN;
        }

        @Override
        public Presence presence(List<ResolvedRange> ranges) {
            return Presence.NONE;
        }

        @Override
        public boolean isCollapsed() {
            return false;
        }

        @Override
        public Read again() {
            return new Read(representation, modify);
        }

        @Override
        public void close() {
            closed++;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
