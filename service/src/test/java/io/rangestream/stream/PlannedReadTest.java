package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.Preconditions;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.ReadHandle;
import io.rangestream.store.Slice;
import io.rangestream.stream.ScriptedReads.Read;
import io.rangestream.stream.ScriptedReads.Stretch;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

class PlannedReadTest {
    private static final ObjectId ID = ObjectId.of("bucket", "key");

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<Long> positions = new ArrayList<>();

    private void sink(Slice slice) {
        positions.add(slice.firstPos());
        sent.write(slice.array(), slice.offset(), slice.length());
    }

    @Test
    void sendsAllBytesOfARangeInOrder() {
        Read read = new Read(ScriptedReads.alphabet("A1"));
        try (PlannedRead planned = open("bytes=3-25", read)) {
            planned.send(planned.plan().ranges().getFirst(), this::sink);
        }
        assertThat(sentText()).isEqualTo("defghijklmnopqrstuvwxyz");
        assertThat(positions).containsExactly(3L, 13L, 23L);
        assertThat(read.selected).as("the first slice is reused").hasSize(1);
    }

    @Test
    void sendsRangesOneByOne() {
        Read read = new Read(ScriptedReads.alphabet("A1"));
        try (PlannedRead planned = open("bytes=20-21,0-11", read)) {
            for (ResolvedRange range : planned.plan().ranges()) {
                planned.send(range, this::sink);
            }
        }
        assertThat(sentText()).isEqualTo("uvabcdefghijkl");
        assertThat(read.selected)
                .containsExactly(new ResolvedRange(20, 21), new ResolvedRange(0, 11));
    }

    @Test
    void countsSentBytesByOrigin() {
        try (PlannedRead planned = open("bytes=0-", new Read(ScriptedReads.alphabet("A1")))) {
            assertThat(planned.bytesByOrigin()).isEmpty();
            planned.send(planned.plan().ranges().getFirst(), this::sink);
            assertThat(planned.bytesByOrigin())
                    .isEqualTo(Map.of(ReadHandle.Origin.MEMORY, 10L, ReadHandle.Origin.STORE, 16L));
        }
    }

    @Test
    void shortReadFails() {
        assertBroken(
                slice -> slice.firstPos() == 20 ? new Stretch(20, 0) : slice,
                "abcdefghijklmnopqrst");
    }

    @Test
    void emptyReadFails() {
        assertBroken(slice -> new Stretch(slice.firstPos(), 0), "");
    }

    @Test
    void skippedBytesFailBeforeSending() {
        assertBroken(slice -> slice.firstPos() == 10 ? new Stretch(11, 9) : slice, "abcdefghij");
    }

    @Test
    void repeatedBytesFailBeforeSending() {
        assertBroken(slice -> slice.firstPos() == 10 ? new Stretch(0, 10) : slice, "abcdefghij");
    }

    @Test
    void wrongFirstPositionFailsBeforeSending() {
        assertBroken(slice -> new Stretch(slice.firstPos() + 1, slice.length()), "");
    }

    @Test
    void neverSendsBytesPastTheRange() {
        Read read =
                new Read(ScriptedReads.alphabet("A1"), slice -> new Stretch(slice.firstPos(), 10));
        try (PlannedRead planned = open("bytes=0-4", read)) {
            assertThatThrownBy(() -> planned.send(new ResolvedRange(0, 4), this::sink))
                    .isInstanceOf(Unavailable.class);
        }
        assertThat(sent.size()).isLessThanOrEqualTo(5);
    }

    private void assertBroken(UnaryOperator<Stretch> bend, String sentBefore) {
        try (PlannedRead planned = open("bytes=0-", new Read(ScriptedReads.alphabet("A1"), bend))) {
            assertThatThrownBy(() -> planned.send(new ResolvedRange(0, 25), this::sink))
                    .isInstanceOf(Unavailable.class);
        }
        assertThat(sentText()).isEqualTo(sentBefore);
    }

    @Test
    void replacementAfterFirstByteFails() {
        Read read =
                new Read(
                        ScriptedReads.alphabet("A1"),
                        slice -> {
                            if (slice.firstPos() == 10) {
                                throw new Changed(ID, "by a test");
                            }
                            return slice;
                        });
        try (PlannedRead planned = open("bytes=0-", read)) {
            assertThatThrownBy(() -> planned.send(new ResolvedRange(0, 25), this::sink))
                    .isInstanceOf(Changed.class);
        }
        assertThat(sentText()).isEqualTo("abcdefghij");
        assertThat(read.closed).isEqualTo(1);
    }

    @Test
    void propagatesSinkException() {
        IllegalStateException gone = new IllegalStateException("by a test");
        try (PlannedRead planned = open("bytes=0-", new Read(ScriptedReads.alphabet("A1")))) {
            assertThatThrownBy(
                            () ->
                                    planned.send(
                                            new ResolvedRange(0, 25),
                                            _ -> {
                                                throw gone;
                                            }))
                    .isSameAs(gone);
            // The bytes were passed to the sink, so they count although it failed.
            assertThat(planned.bytesByOrigin()).hasSize(1);
        }
    }

    @Test
    void cancelEndsTheSend() {
        try (PlannedRead planned = open("bytes=0-", new Read(ScriptedReads.alphabet("A1")))) {
            assertThatThrownBy(() -> planned.send(new ResolvedRange(0, 25), _ -> planned.cancel()))
                    .isInstanceOf(ReadCancelledException.class);
            planned.cancel();
        }
    }

    @Test
    void emptyPlanSelectsNoBytes() {
        Read read = new Read(ScriptedReads.alphabet("A1"));
        try (PlannedRead planned = open("bytes=99-", read)) {
            assertThat(planned.plan().ranges()).isEmpty();
            assertThat(planned.request().id()).isEqualTo(ID);
        }
        assertThat(read.selected).isEmpty();
    }

    private String sentText() {
        return sent.toString(StandardCharsets.US_ASCII);
    }

    private static PlannedRead open(String range, Read read) {
        ScriptedReads reads = new ScriptedReads();
        reads.then(read);
        return new RangeStreamService(reads, new ReadPlanner(200))
                .open(new ReadRequest(ID, RangesSpecifier.parse(range), Preconditions.NONE, false));
    }

    @Test
    void sameRangeCanBeSentTwice() {
        Read read = new Read(ScriptedReads.alphabet("A1"));
        try (PlannedRead planned = open("bytes=0-1", read)) {
            planned.send(new ResolvedRange(0, 1), this::sink);
            planned.send(new ResolvedRange(0, 1), this::sink);
        }
        assertThat(sentText()).isEqualTo("abab");
        assertThat(Optional.of(read.closed)).contains(1);
    }
}
