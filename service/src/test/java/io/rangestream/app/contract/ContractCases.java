package io.rangestream.app.contract;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.HUGE;
import static io.rangestream.app.ServedEndpoints.HUGE_BYTES;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;

import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.wire.ComparedResponse;
import io.rangestream.app.wire.ComparedResponse.Kind;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.Representation;
import io.rangestream.testkit.store.PatternBytes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The cases of the contract suite in which the store does not fail. */
final class ContractCases {
    private static final ComparedResponse INVALID = ComparedResponse.of(Kind.INVALID);
    private static final ComparedResponse NOT_FOUND = ComparedResponse.of(Kind.NOT_FOUND);

    private final ServedEndpoints served;
    private final List<ContractCase> cases = new ArrayList<>();
    private final ContractRequest a = ContractRequest.of("A");

    private ContractCases(ServedEndpoints served) {
        this.served = served;
    }

    static List<ContractCase> of(ServedEndpoints served) {
        ContractCases all = new ContractCases(served);
        all.ranges();
        all.emptyAndTiny();
        all.largeObjects();
        all.conditions();
        all.missing();
        all.keys();
        all.invalidNames();
        return all.cases;
    }

    private void ranges() {
        same("whole", a, letters(0, 25));
        same("a few", a.range(3, 7), letters(3, 7));
        same("the first byte", a.range(0, 0), letters(0, 0));
        same("the last byte", a.range(25, 25), letters(25, 25));
        same("open from the first", a.from(0), letters(0, 25));
        same("open from the middle", a.from(20), letters(20, 25));
        same("all by positions", a.range(0, 25), letters(0, 25));
        same("clamped", a.range(5, 1000), letters(5, 25));
        same("clamped from the last byte", a.range(25, 99), letters(25, 25));
        same("clamped at the largest number", a.range(5, Long.MAX_VALUE), letters(5, 25));
        same("suffix", a.suffix(5), letters(21, 25));
        same("suffix of all", a.suffix(26), letters(0, 25));
        same("suffix longer than all", a.suffix(1000), letters(0, 25));
        same("suffix of the largest number", a.suffix(Long.MAX_VALUE), letters(0, 25));
        ComparedResponse unsatisfiable =
                ComparedResponse.of(Kind.NOT_SATISFIABLE).completeLength(26);
        same("right past the end", a.from(26), unsatisfiable);
        same("past the end", a.range(100, 200), unsatisfiable);
        same("at the largest number", a.from(Long.MAX_VALUE), unsatisfiable);
        same("suffix of nothing", a.suffix(0), unsatisfiable);
        differ(
                "last before first",
                a.range(5, 4),
                letters(0, 25),
                EndpointDifference.INVALID_RANGE);
        differ("negative first", a.range(-1, 4), letters(0, 25), EndpointDifference.INVALID_RANGE);
        differ("negative suffix", a.suffix(-5), letters(0, 25), EndpointDifference.INVALID_RANGE);
    }

    private void emptyAndTiny() {
        ContractRequest e = ContractRequest.of("E");
        ComparedResponse nothing =
                ComparedResponse.complete(head("E"), Optional.empty(), new byte[0]);
        same("empty: whole", e, nothing);
        same("empty: open", e.from(0), nothing);
        same("empty: past its end", e.range(5, 9), nothing);
        same("empty: suffix", e.suffix(5), nothing);
        same("empty: suffix of nothing", e.suffix(0), nothing);
        ContractRequest o = ContractRequest.of("O");
        ComparedResponse one =
                ComparedResponse.complete(
                        head("O"), Optional.of(new ResolvedRange(0, 0)), new byte[] {'o'});
        same("one byte: whole", o, one);
        same("one byte: suffix", o.suffix(1), one);
        same("one byte: clamped", o.range(0, 9), one);
        same(
                "one byte: past",
                o.from(1),
                ComparedResponse.of(Kind.NOT_SATISFIABLE).completeLength(1));
    }

    private void largeObjects() {
        ContractRequest middling = ContractRequest.of(MIDDLING).in(LARGE);
        same("3 MiB: whole", middling, pattern(MIDDLING, 0, MIDDLING_BYTES));
        same("3 MiB: from the middle", middling.from(1_000_000), pattern(MIDDLING, 1_000_000));
        ContractRequest huge = ContractRequest.of(HUGE).in(LARGE);
        long past = 4_294_967_296L;
        same("past 4 GiB", huge.range(past, past + 9), pattern(HUGE, past, 10));
        same("across 4 GiB", huge.range(past - 3, past + 3), pattern(HUGE, past - 3, 7));
        same("5 GiB: the last ten", huge.suffix(10), pattern(HUGE, HUGE_BYTES - 10));
        same(
                "5 GiB: past the end",
                huge.from(HUGE_BYTES),
                ComparedResponse.of(Kind.NOT_SATISFIABLE).completeLength(HUGE_BYTES));
    }

    private void conditions() {
        String tag = served.tag();
        ComparedResponse failed = ComparedResponse.of(Kind.PRECONDITION_FAILED).entityTag(tag);
        same("if-match: right", a.ifMatch(tag), letters(0, 25));
        same("if-match: right, with a range", a.range(3, 7).ifMatch(tag), letters(3, 7));
        same("if-match: wrong", a.ifMatch("\"other\""), failed);
        same("if-match: wrong, past the end", a.from(100).ifMatch("\"other\""), failed);
        same(
                "if-match: right, past the end",
                a.from(100).ifMatch(tag),
                ComparedResponse.of(Kind.NOT_SATISFIABLE).completeLength(26));
        same("if-match: object missing", ContractRequest.of("none").ifMatch(tag), NOT_FOUND);
        for (String malformed : List.of("W/" + tag, "unquoted", "\"open", tag + ", *")) {
            differ(
                    "if-match: " + malformed,
                    a.ifMatch(malformed),
                    failed,
                    EndpointDifference.MALFORMED_IF_MATCH);
        }
        for (String several : List.of("*", "\"other\", " + tag)) {
            differ(
                    "if-match: " + several,
                    a.ifMatch(several),
                    letters(0, 25),
                    EndpointDifference.IF_MATCH_OF_SEVERAL);
        }
    }

    private void missing() {
        same("object missing", ContractRequest.of("none"), NOT_FOUND);
        same("object missing, with a range", ContractRequest.of("none").range(0, 4), NOT_FOUND);
        same("bucket missing", a.in("nowhere"), NOT_FOUND);
        same("version missing", a.version("none"), NOT_FOUND);
        same("version there", a.version(served.a.versionId().orElseThrow()), letters(0, 25));
        served.memory.put(FILMS, "deleted", ALPHABET, TEXT);
        served.memory.delete(FILMS, "deleted");
        same("object deleted", ContractRequest.of("deleted"), NOT_FOUND);
    }

    private void keys() {
        String longest = "ü".repeat(512);
        List<String> keys =
                List.of(
                        "a/b",
                        "a//b",
                        "/a/b",
                        "a/",
                        "/",
                        "//",
                        "a%b",
                        "a%2Fb",
                        "a%252Fb",
                        "100%",
                        "a+b",
                        "a b",
                        " a ",
                        "a;b=c",
                        "a?b=c",
                        "a#b",
                        "a&b",
                        "a:b@c",
                        "\"quoted\"",
                        "<a>",
                        "back\\slash",
                        "...",
                        "..a/.b",
                        "grün",
                        "🎬.mp4",
                        "日本語",
                        longest);
        for (String key : keys) {
            // Each key has different bytes, so that a response for another key is detected.
            byte[] bytes = ("of " + key).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            Representation stored = served.memory.put(FILMS, key, bytes, TEXT);
            Optional<ResolvedRange> all = Optional.of(ResolvedRange.whole(bytes.length));
            same(
                    "key " + key,
                    ContractRequest.of(key),
                    ComparedResponse.complete(stored, all, bytes));
        }
    }

    private void invalidNames() {
        differ("empty key", ContractRequest.of(""), NOT_FOUND, EndpointDifference.EMPTY_NAME);
        differ("empty bucket", a.in(""), NOT_FOUND, EndpointDifference.EMPTY_NAME);
        same("empty version", a.version(""), INVALID);
        same("key too long", ContractRequest.of("ü".repeat(512) + "x"), INVALID);
        same("key with a line end", ContractRequest.of("a\r\nX-Evil: 1"), INVALID);
        same("key with NUL", ContractRequest.of("a\0b"), INVALID);
        same("key with DEL", ContractRequest.of("a\u007fb"), INVALID);
        same("key with a C1 control", ContractRequest.of("a\u0085b"), INVALID);
        for (String key : List.of("..", ".", "../A", "x/../A", "./A", "A/.", "A/..")) {
            same("key " + key, ContractRequest.of(key), INVALID);
        }
        same("bucket ..", a.in(".."), NOT_FOUND);
        same("bucket with a line end", a.in("films\r\n"), NOT_FOUND);
    }

    private void same(String name, ContractRequest asked, ComparedResponse expected) {
        cases.add(new ContractCase(name, asked, expected));
    }

    private void differ(
            String name,
            ContractRequest asked,
            ComparedResponse overHttp,
            EndpointDifference difference) {
        cases.add(new ContractCase(name, asked, overHttp, difference));
    }

    private ComparedResponse letters(int firstPos, int lastPos) {
        return ComparedResponse.complete(
                served.a,
                Optional.of(new ResolvedRange(firstPos, lastPos)),
                Arrays.copyOfRange(ALPHABET, firstPos, lastPos + 1));
    }

    private Representation head(String key) {
        return served.memory.head(ObjectId.of(FILMS, key));
    }

    private ComparedResponse pattern(String key, long firstPos, int length) {
        return ComparedResponse.complete(
                served.large.head(ObjectId.of(LARGE, key)),
                Optional.of(new ResolvedRange(firstPos, firstPos + length - 1)),
                PatternBytes.of(firstPos, length));
    }

    /** The bytes from a position to the end of the object. */
    private ComparedResponse pattern(String key, long firstPos) {
        long length = served.large.head(ObjectId.of(LARGE, key)).completeLength();
        return pattern(key, firstPos, Math.toIntExact(length - firstPos));
    }
}
