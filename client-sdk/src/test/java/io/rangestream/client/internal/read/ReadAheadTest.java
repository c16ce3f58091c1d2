package io.rangestream.client.internal.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.protobuf.ByteString;

import io.rangestream.client.internal.channel.ReadAheadBudget;
import io.rangestream.client.internal.wire.ResolvedRange;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

final class ReadAheadTest {
    private static final int LENGTH = 10_000_000;
    private static final int BUDGET = 1_000_000;

    private static final long ON_THE_WAY_BYTES = 2L * 1024 * 1024;

    private final ReadAheadBudget budget = new ReadAheadBudget(BUDGET);
    private final List<Source> sources = new ArrayList<>();

    /** Returns all bytes of a range in one chunk, unless it was cancelled. */
    private static final class Source implements ChunkSource {
        private final long length;
        private boolean given;
        private boolean cancelled;

        Source(long length) {
            this.length = length;
        }

        @Override
        public Optional<ByteString> next() throws IOException {
            if (cancelled) {
                throw new IOException("cancelled");
            }
            Optional<ByteString> next =
                    given
                            ? Optional.empty()
                            : Optional.of(ByteString.copyFrom(new byte[(int) length]));
            given = true;
            return next;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private Source start(ResolvedRange range) {
        Source source = new Source(range.length());
        sources.add(source);
        return source;
    }

    @Test
    void endOfRangeReleasesItsGrant() throws IOException {
        ReadAhead ahead = new ReadAhead(this::start, LENGTH, budget, ON_THE_WAY_BYTES);
        ahead.read(0, ByteBuffer.allocate(10));
        assertThat(budget.left()).isEqualTo(BUDGET - ReadAhead.FIRST_BYTES);
        ahead.read(5_000_000, ByteBuffer.allocate(10));
        assertThat(budget.left()).isEqualTo(BUDGET - ReadAhead.FIRST_BYTES);
        assertThat(sources.get(0).cancelled).isTrue();
        ahead.cancel();
        ahead.cancel();
        assertThat(budget.left()).isEqualTo(BUDGET);
        assertThat(sources.get(1).cancelled).isTrue();
    }

    @Test
    void cancelDuringStartCancelsTheNewRange() {
        ReadAhead[] ahead = new ReadAhead[1];
        ahead[0] =
                new ReadAhead(
                        range -> {
                            ahead[0].cancel();
                            return start(range);
                        },
                        LENGTH,
                        budget,
                        ON_THE_WAY_BYTES);
        assertThatIOException()
                .isThrownBy(() -> ahead[0].read(0, ByteBuffer.allocate(10)))
                .withMessage("cancelled");
        assertThat(sources).singleElement().satisfies(each -> assertThat(each.cancelled).isTrue());
        assertThat(budget.left()).isEqualTo(BUDGET);
    }

    @Test
    void failedStartReleasesItsGrant() {
        ReadAhead ahead =
                new ReadAhead(
                        range -> {
                            throw new IOException("no");
                        },
                        LENGTH,
                        budget,
                        ON_THE_WAY_BYTES);
        assertThatIOException().isThrownBy(() -> ahead.read(0, ByteBuffer.allocate(10)));
        assertThat(budget.left()).isEqualTo(BUDGET);
    }
}
