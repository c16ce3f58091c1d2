package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.Preconditions;
import io.rangestream.condition.TagCondition;
import io.rangestream.range.RangeSpec;
import io.rangestream.range.RangesSpecifier;
import io.rangestream.store.ObjectId;
import io.rangestream.stream.InvalidRequestException;
import io.rangestream.stream.InvalidRequestException.Violation;
import io.rangestream.stream.ReadRequest;
import io.rangestream.v1.IntRange;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.StatObjectRequest;
import io.rangestream.v1.SuffixRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

class GrpcReadRequestsTest {
    private static ReadRangeRequest.Builder request() {
        return ReadRangeRequest.newBuilder().setBucket("b").setKey("k");
    }

    private static ReadRequest parse(ReadRangeRequest.Builder request) {
        return GrpcReadRequests.parse(request.build()).request();
    }

    @Test
    void missingRangeMeansWholeObject() {
        assertThat(parse(request()))
                .isEqualTo(
                        new ReadRequest(
                                ObjectId.of("b", "k"),
                                Optional.empty(),
                                Preconditions.NONE,
                                false));
    }

    @Test
    void parsesRangesUnchanged() {
        assertThat(parse(request().setIntRange(intRange(3, 7))).ranges())
                .contains(RangesSpecifier.of(RangeSpec.of(3, 7)));
        assertThat(parse(request().setIntRange(intRange(0, 0))).ranges())
                .contains(RangesSpecifier.of(RangeSpec.of(0, 0)));
        assertThat(parse(request().setIntRange(intRange(0, Long.MAX_VALUE))).ranges())
                .contains(RangesSpecifier.of(RangeSpec.of(0, Long.MAX_VALUE)));
        assertThat(parse(request().setIntRange(IntRange.newBuilder().setFirstPos(5))).ranges())
                .contains(RangesSpecifier.of(RangeSpec.from(5)));
        assertThat(parse(request().setIntRange(IntRange.getDefaultInstance())).ranges())
                .contains(RangesSpecifier.of(RangeSpec.from(0)));
        assertThat(parse(request().setSuffixRange(suffix(5))).ranges())
                .contains(RangesSpecifier.of(RangeSpec.suffix(5)));
        assertThat(parse(request().setSuffixRange(suffix(0))).ranges())
                .contains(RangesSpecifier.of(RangeSpec.suffix(0)));
    }

    @Test
    void parsesKeyAndVersionUnchanged() {
        assertThat(parse(request().setKey("a//b%2F+ \u00E9/").setVersionId("v 1")).id())
                .isEqualTo(new ObjectId("b", "a//b%2F+ \u00E9/", Optional.of("v 1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"A1\"", "\"\"", "\"a,b\"", "\"*\""})
    void parsesStrongEntityTag(String tag) {
        assertThat(parse(request().setIfMatch(tag)).preconditions())
                .isEqualTo(Preconditions.ifMatch(TagCondition.parse(tag)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "A1",
                "W/\"A1\"",
                "\"A1",
                "\"A1\", \"B2\"",
                " \"A1\"",
                "\"A1\" ",
                "\"A 1\""
            })
    void rejectsIfMatchThatIsNotOneStrongEntityTag(String tag) {
        assertViolations(request().setIfMatch(tag), "if_match");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 4096",
        "4095, 4096",
        "4096, 4096",
        "4097, 4097",
        "65536, 65536",
        "2097152, 2097152",
        "2097153, 2097152",
        "2147483647, 2097152",
    })
    void clampsChunkSizeToBounds(int requested, int expected) {
        assertThat(
                        GrpcReadRequests.parse(request().setMaxChunkBytes(requested).build())
                                .maxChunkBytes())
                .isEqualTo(expected);
    }

    @Test
    void defaultChunkSizeIs256KiB() {
        assertThat(GrpcReadRequests.parse(request().build()).maxChunkBytes()).isEqualTo(262_144);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void rejectsNonPositiveChunkSize(int maxChunkBytes) {
        assertViolations(request().setMaxChunkBytes(maxChunkBytes), "max_chunk_bytes");
    }

    @Test
    void rejectsInvalidRanges() {
        assertViolations(
                request().setIntRange(IntRange.newBuilder().setFirstPos(-1)),
                "int_range.first_pos");
        assertViolations(request().setIntRange(intRange(-1, 4)), "int_range.first_pos");
        assertViolations(request().setIntRange(intRange(5, 4)), "int_range.last_pos");
        assertViolations(request().setIntRange(intRange(0, -1)), "int_range.last_pos");
        assertViolations(
                request().setIntRange(intRange(-9, -5)),
                "int_range.first_pos",
                "int_range.last_pos");
        assertViolations(
                request().setIntRange(intRange(Long.MIN_VALUE, Long.MIN_VALUE)),
                "int_range.first_pos",
                "int_range.last_pos");
        assertViolations(request().setSuffixRange(suffix(-1)), "suffix_range.suffix_length");
        assertViolations(
                request().setSuffixRange(suffix(Long.MIN_VALUE)), "suffix_range.suffix_length");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "a/..", "../a", "a/./b", "a\nb", "\u0000", "a\u0085", "a\u007F"
            })
    void rejectsInvalidKey(String key) {
        assertViolations(request().setKey(key), "key");
    }

    @Test
    void acceptsKeyOfUpTo1024BytesOfUtf8() {
        String longest = "\u00E9".repeat(512);
        assertThatCode(() -> parse(request().setKey(longest))).doesNotThrowAnyException();
        assertViolations(request().setKey(longest + "a"), "key");
        assertThatCode(() -> parse(request().setKey("...")))
                .as("three dots are a valid name")
                .doesNotThrowAnyException();
    }

    @Test
    void reportsAllInvalidFieldsAtOnce() {
        assertViolations(
                ReadRangeRequest.newBuilder()
                        .setVersionId("")
                        .setIntRange(intRange(5, 4))
                        .setIfMatch("*")
                        .setMaxChunkBytes(0),
                "bucket",
                "key",
                "version_id",
                "int_range.last_pos",
                "if_match",
                "max_chunk_bytes");
        assertViolations(
                ReadRangeRequest.newBuilder().setSuffixRange(suffix(-1)),
                "bucket",
                "key",
                "suffix_range.suffix_length");
    }

    @Test
    void statObjectReadsMetadataOnly() {
        StatObjectRequest stat =
                StatObjectRequest.newBuilder().setBucket("b").setKey("k").setVersionId("v").build();
        assertThat(GrpcReadRequests.parse(stat))
                .isEqualTo(
                        new ReadRequest(
                                new ObjectId("b", "k", Optional.of("v")),
                                Optional.empty(),
                                Preconditions.NONE,
                                true));
        assertThatThrownBy(
                        () ->
                                GrpcReadRequests.parse(
                                        StatObjectRequest.newBuilder().setVersionId("").build()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e ->
                                assertThat(e.violations())
                                        .extracting(Violation::field)
                                        .containsExactly("bucket", "key", "version_id"));
    }

    @Test
    void rejectsListOfEmptyBucket() {
        assertThat(GrpcReadRequests.bucket("b")).isEqualTo("b");
        assertThatThrownBy(() -> GrpcReadRequests.bucket(""))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("bucket is empty");
    }

    private static void assertViolations(ReadRangeRequest.Builder request, String... fields) {
        assertThatThrownBy(() -> parse(request))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> {
                            assertThat(e.violations())
                                    .extracting(Violation::field)
                                    .containsExactly(fields);
                            assertThat(e.violations())
                                    .extracting(Violation::description)
                                    .allSatisfy(text -> assertThat(text).isNotBlank().isASCII());
                        });
    }

    private static IntRange.Builder intRange(long firstPos, long lastPos) {
        return IntRange.newBuilder().setFirstPos(firstPos).setLastPos(lastPos);
    }

    private static SuffixRange.Builder suffix(long length) {
        return SuffixRange.newBuilder().setSuffixLength(length);
    }
}
