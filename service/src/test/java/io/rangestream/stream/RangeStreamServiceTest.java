package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.IfRange;
import io.rangestream.condition.Preconditions;
import io.rangestream.condition.TagCondition;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenOptions.Freshness;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;
import io.rangestream.stream.ScriptedReads.Read;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class RangeStreamServiceTest {
    private static final ObjectId ID = ObjectId.of("bucket", "key");

    private final ScriptedReads reads = new ScriptedReads();
    private final RangeStreamService service = new RangeStreamService(reads, new ReadPlanner(200));

    @Test
    void opensWithFirstBytesUntilClosed() {
        Read read = reads.then(new Read(ScriptedReads.alphabet("A1")));
        try (PlannedRead planned = service.open(request("bytes=3-7"))) {
            assertThat(reads.wanted).containsExactly(Optional.of(RangeSpec.of(3, 7)));
            assertThat(read.selected).containsExactly(new ResolvedRange(3, 7));
            assertThat(planned.representation()).isEqualTo(ScriptedReads.alphabet("A1"));
            assertThat(read.closed).isZero();
        }
        assertThat(read.closed).isEqualTo(1);
    }

    @Test
    void closesReadAfterError() {
        Read read =
                reads.then(
                        new Read(
                                ScriptedReads.alphabet("A1"),
                                _ -> {
                                    throw new StackOverflowError("by a test");
                                }));
        assertThatThrownBy(() -> service.open(request("bytes=3-7")))
                .isInstanceOf(StackOverflowError.class);
        assertThat(read.closed).isEqualTo(1);
    }

    @Test
    void responseWithoutBytesReadsNone() {
        for (ReadRequest request :
                List.of(
                        request("bytes=100-"),
                        new ReadRequest(ID, Optional.empty(), Preconditions.NONE, true),
                        new ReadRequest(
                                ID,
                                Optional.empty(),
                                Preconditions.ifMatch(TagCondition.parse("\"B2\"")),
                                false),
                        new ReadRequest(
                                ID, RangesSpecifier.parse("bytes=0-4"), ifNoneMatch(), false))) {
            Read read = reads.then(new Read(ScriptedReads.alphabet("A1")));
            try (PlannedRead planned = service.open(request)) {
                assertThat(planned.plan())
                        .isInstanceOfAny(
                                Unsatisfiable.class,
                                Full.class,
                                PreconditionFailed.class,
                                NotModified.class);
                assertThat(read.selected).isEmpty();
            }
            assertThat(read.closed).isEqualTo(1);
        }
    }

    @Test
    @Covers("object-replaced")
    void replacementBeforeFirstByteIsReplanned() {
        Read old = reads.then(new Read(ScriptedReads.alphabet("A1"), slice -> changed()));
        Read current = reads.then(new Read(ScriptedReads.alphabet("B2")));
        try (PlannedRead planned = service.open(request("bytes=0-4"))) {
            assertThat(planned.representation()).isEqualTo(ScriptedReads.alphabet("B2"));
            assertThat(old.closed).isEqualTo(1);
            assertThat(current.closed).isZero();
        }
        assertThat(current.closed).isEqualTo(1);
    }

    /** Our choice K10: before a refusal the store is asked. */
    @ParameterizedTest
    @MethodSource("refusals")
    @Covers("negative-responses")
    void refusalIsNotBasedOnCachedMetadata(ReadRequest request) {
        Read cached = reads.then(new Read(ScriptedReads.alphabet("A1")));
        cached.askedNow = false;
        reads.then(new Read(ScriptedReads.alphabet("A1")));
        try (PlannedRead planned = service.open(request)) {
            assertThat(planned.representation()).isEqualTo(ScriptedReads.alphabet("A1"));
        }
        assertThat(cached.closed).isEqualTo(1);
        assertThat(reads.freshness).containsExactly(Freshness.LIFETIME, Freshness.ASKED_NOW);
    }

    static Stream<ReadRequest> refusals() {
        return Stream.of(
                request("bytes=100-"),
                new ReadRequest(
                        ID,
                        Optional.empty(),
                        Preconditions.ifMatch(TagCondition.parse("\"B2\"")),
                        false),
                new ReadRequest(ID, RangesSpecifier.parse("bytes=0-4"), ifRange("\"B2\""), false));
    }

    @Test
    void successMayBeBasedOnCachedMetadata() {
        for (ReadRequest request :
                List.of(
                        request("bytes=3-7"),
                        new ReadRequest(
                                ID, RangesSpecifier.parse("bytes=0-4"), ifNoneMatch(), false),
                        new ReadRequest(
                                ID,
                                RangesSpecifier.parse("bytes=0-4"),
                                ifRange("\"A1\""),
                                false))) {
            reads.then(new Read(ScriptedReads.alphabet("A1"))).askedNow = false;
            service.open(request).close();
            assertThat(reads.remaining()).isZero();
        }
        assertThat(reads.freshness).containsOnly(Freshness.LIFETIME);
    }

    @Test
    void passesNoCacheToTheEngine() {
        reads.then(new Read(ScriptedReads.alphabet("A1")));
        service.open(
                        new ReadRequest(
                                ID,
                                Optional.empty(),
                                Preconditions.NONE,
                                ReadRequest.Wanted.BYTES,
                                true,
                                "v"))
                .close();
        assertThat(reads.freshness).containsExactly(Freshness.REVALIDATED);
    }

    private static Preconditions ifRange(String tag) {
        return new Preconditions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new IfRange.Tag(EntityTag.parse(tag).orElseThrow())));
    }

    @Test
    void replanEvaluatesConditionsOnNewVersion() {
        reads.then(new Read(ScriptedReads.alphabet("A1"), slice -> changed()));
        reads.then(new Read(ScriptedReads.alphabet("B2")));
        ReadRequest request =
                new ReadRequest(
                        ID,
                        RangesSpecifier.parse("bytes=0-4"),
                        Preconditions.ifMatch(TagCondition.parse("\"A1\"")),
                        false);
        try (PlannedRead planned = service.open(request)) {
            assertThat(planned.plan()).isEqualTo(new PreconditionFailed());
        }
    }

    @Test
    void replacementDuringOpenIsRetried() {
        reads.thenFail(new Changed(ID, "by a test"));
        reads.then(new Read(ScriptedReads.alphabet("B2")));
        try (PlannedRead planned = service.open(request("bytes=0-4"))) {
            assertThat(planned.representation()).isEqualTo(ScriptedReads.alphabet("B2"));
        }
    }

    @Test
    void secondReplacementFails() {
        Read first = reads.then(new Read(ScriptedReads.alphabet("A1"), slice -> changed()));
        Read second = reads.then(new Read(ScriptedReads.alphabet("B2"), slice -> changed()));
        Read third = reads.then(new Read(ScriptedReads.alphabet("C3")));
        assertThatThrownBy(() -> service.open(request("bytes=0-4"))).isInstanceOf(Changed.class);
        assertThat(first.closed).isEqualTo(1);
        assertThat(second.closed).isEqualTo(1);
        assertThat(reads.remaining()).as("the third was not opened: %s", third).isEqualTo(1);
    }

    static Stream<RuntimeException> failures() {
        return Stream.of(
                new Unavailable(ID, "by a test", null),
                new Throttled(ID, Optional.empty(), null),
                new NotFound(Missing.OBJECT, ID),
                new IllegalStateException("by a test"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void otherFailureIsNotRetriedAndClosesRead(RuntimeException failure) {
        Read read =
                reads.then(
                        new Read(
                                ScriptedReads.alphabet("A1"),
                                slice -> {
                                    throw failure;
                                }));
        assertThatThrownBy(() -> service.open(request("bytes=0-4"))).isSameAs(failure);
        assertThat(read.closed).isEqualTo(1);
        assertThat(reads.remaining()).isZero();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void propagatesFailureToOpen(RuntimeException failure) {
        reads.thenFail(failure);
        assertThatThrownBy(() -> service.open(request("bytes=0-4"))).isSameAs(failure);
    }

    private static ScriptedReads.Stretch changed() {
        throw new Changed(ID, "by a test");
    }

    private static Preconditions ifNoneMatch() {
        return new Preconditions(
                Optional.empty(),
                Optional.empty(),
                Optional.of(TagCondition.parse("\"A1\"")),
                Optional.empty(),
                Optional.empty());
    }

    private static ReadRequest request(String range) {
        return new ReadRequest(ID, RangesSpecifier.parse(range), Preconditions.NONE, false);
    }
}
