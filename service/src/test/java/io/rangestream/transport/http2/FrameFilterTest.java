package io.rangestream.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.rangestream.testkit.Covers;
import io.rangestream.transport.RequestFault;
import io.rangestream.transport.accept.ConnectionLimits;
import io.rangestream.transport.hpack.HeaderLists;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Tests which client frames reach Helidon, and which end their stream or the connection. */
final class FrameFilterTest {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LIMIT = 32 * 1024;
    private static final int WINDOW = 1024 * 1024;
    private static final String[] GET = {
        ":method", "GET", ":scheme", "http", ":path", "/objects/films/A", ":authority", "a"
    };
    private static final String[] POST = {
        ":method", "POST", ":scheme", "http", ":path", "/nowhere", ":authority", "a"
    };

    private final OpenStreams streams = new OpenStreams(WINDOW);
    private final List<byte[]> written = new ArrayList<>();
    private final List<Integer> reset = new ArrayList<>();
    private int window = Http2Frames.DEFAULT_WINDOW;
    private int given;
    private boolean mayOpen = true;
    private final FrameFilter filter = newFilter();

    private FrameFilter newFilter() {
        FrameFilter created =
                new FrameFilter(
                        streams,
                        new FrameFilter.Control() {
                            @Override
                            public void write(byte[] frame) {
                                written.add(frame);
                            }

                            @Override
                            public boolean takeWindow(int bytes) {
                                window -= bytes;
                                return window >= 0;
                            }

                            @Override
                            public void giveWindow(int bytes) {
                                window += bytes;
                                given += bytes;
                            }

                            @Override
                            public void reset(int streamId) {
                                reset.add(streamId);
                            }

                            @Override
                            public boolean mayOpen() {
                                return mayOpen;
                            }

                            @Override
                            public void initialWindow(int bytes) {}
                        },
                        (method, path) -> method.equals("GET"),
                        LIMIT);
        created.filter(PREFACE, new ByteArrayOutputStream());
        return created;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] frame(int type, int flags, int streamId, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(streamId)
                .put(payload)
                .array();
    }

    private static byte[] head(int flags, int streamId, String... namesAndValues) {
        return frame(
                Http2Frames.HEADERS,
                flags | Http2Frames.END_HEADERS,
                streamId,
                HeaderLists.literals(namesAndValues));
    }

    private static String[] with(String[] fields, String... more) {
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    private byte[] pass(byte[]... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        filter.filter(joined(frames), out);
        return out.toByteArray();
    }

    /** A frame as Helidon gets it. */
    // These records are not compared, and their arrays not written to.
    @SuppressWarnings("ArrayRecordComponent")
    private record Passed(int type, int flags, int streamId, byte[] payload) {}

    private static List<Passed> frames(byte[] bytes) {
        List<Passed> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            int lengthAndType = in.getInt();
            int flags = in.get();
            int streamId = in.getInt();
            byte[] payload = new byte[lengthAndType >>> 8];
            in.get(payload);
            frames.add(new Passed(lengthAndType & 0xFF, flags, streamId, payload));
        }
        return frames;
    }

    private void assertEnds(Http2ErrorCode code, byte[]... frames) {
        assertThatThrownBy(() -> pass(frames))
                .isInstanceOfSatisfying(
                        Http2Exception.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private void assertResets(Http2ErrorCode code, int streamId) {
        assertThat(written).hasSize(1);
        assertThat(written.getFirst()).isEqualTo(Http2Frames.reset(streamId, code));
        written.clear();
    }

    @Test
    void reencodesHeadWithoutDynamicTable() throws Exception {
        byte[] passed = pass(head(Http2Frames.END_STREAM, 1, with(GET, "range", "bytes=0-4")));
        Passed frame = frames(passed).getFirst();
        assertThat(frame.flags()).isEqualTo(Http2Frames.END_STREAM | Http2Frames.END_HEADERS);
        assertThat(HeaderLists.decode(frame.payload()))
                .containsExactly(HeaderLists.entries(with(GET, "range", "bytes=0-4")));
        for (byte b : new byte[] {frame.payload()[0], frame.payload()[1]}) {
            // Indexed, or literal without indexing.
            assertThat(b & 0xC0).isNotEqualTo(0x40);
        }
        assertThat(written).isEmpty();
    }

    @Test
    void refusesStreamsAboveLimit() {
        for (int i = 0; i < ConnectionLimits.STREAMS; i++) {
            assertThat(pass(head(Http2Frames.END_STREAM, 2 * i + 1, GET))).isNotEmpty();
        }
        int next = 2 * ConnectionLimits.STREAMS + 1;
        assertThat(pass(head(0, next, GET), frame(0, Http2Frames.END_STREAM, next, new byte[9])))
                .isEmpty();
        assertResets(Http2ErrorCode.REFUSED_STREAM, next);
        streams.serverEnds(1);
        assertThat(pass(head(Http2Frames.END_STREAM, next + 2, GET))).isNotEmpty();
        assertThat(written).isEmpty();
    }

    @Test
    @Covers("streams")
    void refusesStreamIfServerIsFull() {
        mayOpen = false;
        assertThat(pass(head(Http2Frames.END_STREAM, 1, GET))).isEmpty();
        assertResets(Http2ErrorCode.REFUSED_STREAM, 1);
        mayOpen = true;
        assertThat(pass(head(Http2Frames.END_STREAM, 3, GET))).isNotEmpty();
        assertThat(written).isEmpty();
    }

    @Test
    void dropsGoAwayWhileResponsesAreOpen() {
        byte[] goAway = frame(Http2Frames.GOAWAY, 0, 0, new byte[8]);
        byte[] failed = frame(Http2Frames.GOAWAY, 0, 0, new byte[] {0, 0, 0, 0, 0, 0, 0, 1});
        byte[] request = head(Http2Frames.END_STREAM, 1, GET);
        assertThat(frames(pass(request, goAway))).extracting(Passed::type).containsExactly(1);
        assertThat(pass(failed)).isEqualTo(failed);
        streams.serverEnds(1);
        assertThat(pass(goAway)).isEqualTo(goAway);
    }

    @Test
    void dropsPaddingAndPriority() throws Exception {
        byte[] block = HeaderLists.literals(GET);
        byte[] payload = joined(new byte[] {3, 0, 0, 0, 0, 16}, block, new byte[3]);
        int flags = Http2Frames.PADDED | Http2Frames.PRIORITY | Http2Frames.END_HEADERS;
        List<Passed> passed = frames(pass(frame(Http2Frames.HEADERS, flags, 1, payload)));
        assertThat(passed.getFirst().flags()).isEqualTo(Http2Frames.END_HEADERS);
        assertThat(HeaderLists.decode(passed.getFirst().payload()))
                .containsExactly(HeaderLists.entries(GET));
    }

    @Test
    void splitsLongHeadIntoContinuation() throws Exception {
        String[] fields = with(GET, "x-long", "v".repeat(20_000));
        byte[] block = HeaderLists.literals(fields);
        byte[] first = Arrays.copyOf(block, 10_000);
        byte[] rest = Arrays.copyOfRange(block, 10_000, block.length);
        List<Passed> passed =
                frames(
                        pass(
                                frame(Http2Frames.HEADERS, Http2Frames.END_STREAM, 1, first),
                                frame(Http2Frames.CONTINUATION, Http2Frames.END_HEADERS, 1, rest)));
        assertThat(passed).extracting(Passed::type).containsExactly(1, 9);
        assertThat(passed).extracting(Passed::flags).containsExactly(1, 4);
        byte[] whole = joined(passed.get(0).payload(), passed.get(1).payload());
        assertThat(HeaderLists.decode(whole)).containsExactly(HeaderLists.entries(fields));
    }

    @Test
    void segmentationDoesNotChangeResult() {
        byte[] block = HeaderLists.literals(with(GET, "x-a", "1".repeat(300)));
        byte[] wire =
                joined(
                        frame(4, 0, 0, new byte[] {0, 4, 0, 1, 0, 0, 0, 9, 0, 0, 0, 1}),
                        frame(Http2Frames.HEADERS, 1, 1, Arrays.copyOf(block, 20)),
                        frame(9, 0, 1, Arrays.copyOfRange(block, 20, 200)),
                        frame(9, 4, 1, Arrays.copyOfRange(block, 200, block.length)),
                        head(0, 3, GET),
                        frame(0, 1, 3, new byte[40]),
                        frame(8, 0, 0, new byte[] {0, 0, 0, 1}),
                        frame(77, 0, 5, new byte[12]),
                        head(1, 5, GET));
        byte[] atOnce = pass(wire);
        assertThat(frames(atOnce)).hasSize(7);
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            FrameFilterTest other = new FrameFilterTest();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int at = 0; at < wire.length; ) {
                int to = Math.min(wire.length, at + random.nextInt(1, 30));
                other.filter.filter(Arrays.copyOfRange(wire, at, to), out);
                at = to;
            }
            assertThat(out.toByteArray()).as("seed %d round %d", seed, round).isEqualTo(atOnce);
        }
    }

    @Test
    void dropsUnknownSettingsAndKeepsTheOthers() {
        byte[] settings = {
            0, 8, 0, 0, 0, 1, 0, 4, 0, 0, 0, 5, (byte) 0xFF, 9, 9, 9, 9, 9, 0, 5, 0, 0, 64, 0
        };
        Passed passed = frames(pass(frame(Http2Frames.SETTINGS, 0, 0, settings))).getFirst();
        assertThat(passed.payload()).containsExactly(0, 4, 0, 0, 0, 5, 0, 5, 0, 0, 64, 0);
    }

    @Test
    @Covers("dynamic-tables-hpack")
    void dropsHeaderTableSizeAboveDefault() {
        byte[] large = {0, 1, 0x7F, 0, 0, 0, 0, 1, (byte) 0xFF, 0, 0, 0, 0, 1, 0, 0, 1, 0};
        Passed passed = frames(pass(frame(Http2Frames.SETTINGS, 0, 0, large))).getFirst();
        assertThat(passed.payload()).containsExactly(0, 1, 0, 0, 1, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Upper, v",
        "'', v",
        "a b, v",
        "a:b, v",
        "connection, close",
        "proxy-connection, close",
        "keep-alive, timeout=1",
        "transfer-encoding, chunked",
        "upgrade, h2c",
        "te, gzip",
        "content-length, +5",
        "content-length, 5x",
        "content-length, ''",
        "host, elsewhere",
        ":path, /again",
        ":status, 200",
        ":protocol, websocket",
        ":unknown, x",
    })
    @Covers("http-2-malformed-requests")
    void resetsStreamOfMalformedRequest(String name, String value) {
        assertThat(pass(head(Http2Frames.END_STREAM, 1, with(GET, name, value)))).isEmpty();
        assertResets(Http2ErrorCode.PROTOCOL, 1);
        assertThat(pass(head(Http2Frames.END_STREAM, 3, GET))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\rb", "a\nb", " a", "a\t", "a\u007Fb", "\u0001"})
    void resetsStreamOfForbiddenValue(String value) {
        assertThat(pass(head(Http2Frames.END_STREAM, 1, with(GET, "x", value)))).isEmpty();
        assertResets(Http2ErrorCode.PROTOCOL, 1);
    }

    @Test
    void resetsStreamOfPseudoFieldAfterRegularField() {
        pass(head(1, 1, ":method", "GET", "x", "1", ":scheme", "http", ":path", "/"));
        assertResets(Http2ErrorCode.PROTOCOL, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 6})
    void resetsStreamOfRequestWithoutPseudoField(int missing) {
        List<String> fields = new ArrayList<>(List.of(GET));
        fields.remove(missing);
        fields.remove(missing);
        pass(head(1, 1, fields.toArray(String[]::new)));
        assertResets(Http2ErrorCode.PROTOCOL, 1);
    }

    @Test
    void discardsFramesAfterMalformedRequest() {
        pass(head(0, 1, with(GET, "connection", "close")));
        written.clear();
        byte[] trailers = head(Http2Frames.END_STREAM, 1, "x", "y");
        assertThat(pass(frame(Http2Frames.DATA, 0, 1, new byte[16]), trailers)).isEmpty();
        assertThat(pass(frame(8, 0, 1, new byte[] {0, 0, 0, 1}))).isEmpty();
        assertThat(pass(frame(3, 0, 1, new byte[4]))).isEmpty();
    }

    @Test
    void usesHostAsAuthority() throws Exception {
        String[] fields = {":method", "GET", ":scheme", "http", ":path", "/", "host", "h:1"};
        byte[] block = frames(pass(head(1, 1, fields))).getFirst().payload();
        assertThat(HeaderLists.decode(block))
                .contains(HeaderLists.entries(":authority", "h:1"))
                .noneMatch(field -> field.getKey().equals("host"));
        assertThat(pass(head(1, 3, with(GET, "host", "A:80")))).isNotEmpty();
        assertThat(written).isEmpty();
    }

    @Test
    void refusesTooLargeHeadAndKeepsConnection() throws Exception {
        String[] fields = with(GET, "origin", "http://o", "x-long", "v".repeat(16_000));
        byte[] large = head(1, 1, with(fields, "x-longer", "v"));
        assertThat(frames(pass(large)).getFirst().payload().length).isGreaterThan(16_000);
        byte[] block = HeaderLists.literals(with(fields, "x-longer", "v".repeat(17_000)));
        byte[] passed =
                pass(
                        frame(Http2Frames.HEADERS, 0, 3, Arrays.copyOf(block, 16_000)),
                        frame(9, 0, 3, Arrays.copyOfRange(block, 16_000, 32_000)),
                        frame(9, 4, 3, Arrays.copyOfRange(block, 32_000, block.length)));
        Passed refused = frames(passed).getFirst();
        assertThat(refused.flags()).isEqualTo(Http2Frames.END_HEADERS | Http2Frames.END_STREAM);
        assertThat(HeaderLists.decode(refused.payload()))
                .contains(HeaderLists.entries(":method", "GET", "origin", "http://o"))
                .noneMatch(field -> field.getKey().startsWith("x-"));
        assertThat(streams.refusal(3).isTooLarge()).isTrue();
        assertThat(streams.refusal(1).isTooLarge()).isFalse();
        assertThat(pass(frame(Http2Frames.DATA, 1, 3, new byte[9]))).isEmpty();
        assertThat(written).isEmpty();
    }

    @Test
    void endsConnectionOfBlockInEndlessEmptyFrames() {
        pass(head(1, 1, GET));
        pass(frame(Http2Frames.HEADERS, 1, 3, HeaderLists.literals(GET)));
        byte[] empty = frame(Http2Frames.CONTINUATION, 0, 3, new byte[0]);
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 100_000; i++) {
                                pass(empty);
                            }
                        })
                .isInstanceOfSatisfying(
                        Http2Exception.class,
                        e -> assertThat(e.code()).isEqualTo(Http2ErrorCode.ENHANCE_YOUR_CALM));
    }

    @Test
    @Covers({"http-2-header-block", "incomplete-field"})
    void endsConnectionOfEndlessField() {
        byte[] begin = {0x40, 0x7F, (byte) 0x81, (byte) 0xFF, (byte) 0xFF, 0x07};
        pass(frame(Http2Frames.HEADERS, 1, 1, begin));
        byte[] more = frame(Http2Frames.CONTINUATION, 0, 1, new byte[16_000]);
        assertEnds(Http2ErrorCode.ENHANCE_YOUR_CALM, more, more, more, more, more);
    }

    @Test
    void endsConnectionOfEndlessBlockAboveSizeLimit() {
        byte[] block = HeaderLists.literals("x", "v".repeat(8000), "x", "v".repeat(8000));
        pass(frame(Http2Frames.HEADERS, 1, 1, block));
        byte[][] more = new byte[70][];
        Arrays.fill(more, frame(Http2Frames.CONTINUATION, 0, 1, block));
        assertEnds(Http2ErrorCode.ENHANCE_YOUR_CALM, more);
    }

    @Test
    void endsConnectionOfUndecodableBlock() {
        assertEnds(Http2ErrorCode.COMPRESSION, frame(1, 5, 1, new byte[] {(byte) 0x80}));
        FrameFilterTest other = new FrameFilterTest();
        other.assertEnds(Http2ErrorCode.COMPRESSION, frame(1, 5, 1, new byte[] {0x40, 5, 'a'}));
    }

    @Test
    void endsConnectionOfInterruptedBlock() {
        byte[] begun = frame(Http2Frames.HEADERS, 1, 1, HeaderLists.literals(GET));
        byte[] continuation = frame(Http2Frames.CONTINUATION, 4, 1, new byte[0]);
        assertEnds(Http2ErrorCode.PROTOCOL, continuation);
        assertEnds(Http2ErrorCode.PROTOCOL, begun, frame(6, 0, 0, new byte[8]));
    }

    @Test
    void endsConnectionOfPseudoFieldInTrailers() {
        pass(head(0, 1, GET));
        assertEnds(Http2ErrorCode.PROTOCOL, head(Http2Frames.END_STREAM, 1, ":path", "/"));
    }

    @Test
    void resetsStreamOfMalformedTrailers() {
        pass(head(0, 1, GET));
        byte[] passed = pass(head(Http2Frames.END_STREAM, 1, "X-Upper", "v"));
        assertThat(frames(passed)).extracting(Passed::type).containsExactly(3);
        assertResets(Http2ErrorCode.PROTOCOL, 1);
        assertThat(reset).containsExactly(1);
    }

    @Test
    void resetsStreamOfTooLargeTrailers() {
        pass(head(0, 1, GET));
        byte[] block = HeaderLists.literals("x", "v".repeat(15_000));
        pass(frame(Http2Frames.HEADERS, 1, 1, block), frame(9, 0, 1, block), frame(9, 4, 1, block));
        assertResets(Http2ErrorCode.ENHANCE_YOUR_CALM, 1);
    }

    @Test
    void passesOnlyEndOfTrailers() {
        pass(head(0, 1, GET));
        Passed trailers = frames(pass(head(1, 1, "x", "y"))).getFirst();
        assertThat(trailers.payload()).isEmpty();
        assertThat(trailers.flags()).isEqualTo(Http2Frames.END_HEADERS | Http2Frames.END_STREAM);
    }

    @Test
    @Covers({"http-2-pseudo-header", "data-client"})
    void endsConnectionOfWindowError() {
        pass(head(0, 1, GET));
        byte[] zero = new byte[4];
        assertEnds(Http2ErrorCode.PROTOCOL, frame(8, 0, 1, zero));
        assertEnds(Http2ErrorCode.PROTOCOL, frame(8, 0, 0, zero));
        byte[] tooLarge = {0, 4, (byte) 0x80, 0, 0, 0};
        assertEnds(Http2ErrorCode.FLOW_CONTROL, frame(4, 0, 0, tooLarge));
        byte[] data = frame(Http2Frames.DATA, 0, 1, new byte[16_384]);
        assertEnds(Http2ErrorCode.FLOW_CONTROL, data, data, data, data, data);
    }

    @Test
    void endsConnectionOfDataAboveStreamWindow() {
        window = Integer.MAX_VALUE;
        pass(head(0, 1, GET));
        byte[][] data = new byte[65][];
        Arrays.fill(data, frame(Http2Frames.DATA, 0, 1, new byte[16_384]));
        assertEnds(Http2ErrorCode.FLOW_CONTROL, data);
    }

    @Test
    void endsRequestAtHeadIfContentIsNotRead() throws Exception {
        String[] fields = with(POST, "content-length", "70000", "expect", "100-continue");
        Passed passed = frames(pass(head(0, 1, fields))).getFirst();
        assertThat(passed.flags()).isEqualTo(Http2Frames.END_HEADERS | Http2Frames.END_STREAM);
        assertThat(HeaderLists.decode(passed.payload())).containsExactly(HeaderLists.entries(POST));
        byte[] data = frame(Http2Frames.DATA, 0, 1, new byte[16_000]);
        assertThat(pass(data, data)).isEmpty();
        assertThat(given).isZero();
        assertThat(pass(data)).isEmpty();
        assertThat(given).isEqualTo(48_000);
        // The response ends before the request, so the client must receive RST_STREAM.
        assertThat(streams.serverEnds(1)).isTrue();
        assertThat(pass(data, head(1, 1, "x", "y"))).isEmpty();
        assertThat(streams.nextToReset()).isNull();
    }

    @Test
    void resetsStreamIfDiscardedContentHasOtherLength() {
        byte[] three = frame(Http2Frames.DATA, 1, 1, new byte[3]);
        pass(head(0, 1, with(POST, "content-length", "3")), three);
        byte[] padded = {2, 'a', 'b', 'c', 0, 0};
        pass(head(0, 3, with(POST, "content-length", "3")));
        pass(frame(Http2Frames.DATA, 1 | Http2Frames.PADDED, 3, padded));
        assertThat(written).isEmpty();
        pass(head(0, 5, with(POST, "content-length", "3")));
        pass(frame(Http2Frames.DATA, 0, 5, new byte[4]));
        assertResets(Http2ErrorCode.PROTOCOL, 5);
        pass(head(0, 7, with(POST, "content-length", "3")), head(1, 7, "x", "y"));
        assertResets(Http2ErrorCode.PROTOCOL, 7);
    }

    @Test
    void endsConnectionOfMalformedDiscardedFrames() {
        pass(head(0, 1, POST));
        byte[] padding = frame(Http2Frames.DATA, Http2Frames.PADDED, 1, new byte[] {9, 0});
        assertEnds(Http2ErrorCode.PROTOCOL, padding);
        FrameFilterTest other = new FrameFilterTest();
        other.pass(head(0, 1, POST));
        other.assertEnds(Http2ErrorCode.PROTOCOL, head(0, 1, "x", "y"));
    }

    @Test
    void resetsEarlyAnsweredRequestForHelidon() {
        pass(head(0, 1, GET));
        assertThat(streams.serverEnds(1)).isTrue();
        List<Passed> passed =
                frames(pass(frame(Http2Frames.DATA, 0, 1, new byte[10]), head(1, 3, GET)));
        assertThat(passed).extracting(Passed::type).containsExactly(3, 1);
        assertThat(passed).extracting(Passed::streamId).containsExactly(1, 3);
    }

    @Test
    void sendsNoResetForCompleteRequest() {
        pass(head(1, 1, GET), head(0, 3, GET), frame(Http2Frames.DATA, 1, 3, new byte[1]));
        assertThat(streams.serverEnds(1)).isFalse();
        assertThat(streams.serverEnds(3)).isFalse();
    }

    @Test
    void dropsFramesOnClosedStream() {
        pass(head(1, 1, GET), head(1, 3, GET));
        assertThat(streams.serverEnds(1)).isFalse();
        assertThat(pass(frame(3, 0, 1, new byte[4]), frame(8, 0, 1, new byte[] {0, 0, 0, 9})))
                .isEmpty();
        assertThat(pass(frame(3, 0, 3, new byte[4]))).isNotEmpty();
    }

    @Test
    void namesFieldWithMalformedBase64() {
        String[] call = with(POST, "content-type", "application/grpc");
        pass(head(0, 1, with(call, "x-good-bin", "YQ", "y-good-bin", "YQ==,YWI")));
        assertThat(streams.refusal(1).fault()).isNull();
        pass(head(0, 3, with(call, "x-bad-bin", "*")));
        assertThat(streams.refusal(3).fault())
                .isEqualTo(
                        new RequestFault(RequestFault.Kind.INVALID, "x-bad-bin", "is not base64"));
    }
}
