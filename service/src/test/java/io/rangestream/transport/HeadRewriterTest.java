package io.rangestream.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Names that are spelled out become numbers, and nothing else changes. */
final class HeadRewriterTest {
    private static final int HEADERS = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 32;
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The way fields are added to a head. */
    enum Way {
        INCREMENTAL(0x40),
        WITHOUT(0x00),
        NEVER(0x10);

        private final int first;

        Way(int first) {
            this.first = first;
        }
    }

    private static byte[] literal(Way way, String name, String value) {
        return joined(new byte[] {(byte) way.first}, string(name), string(value));
    }

    private static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return bytes.length < 127
                ? joined(new byte[] {(byte) bytes.length}, bytes)
                : joined(
                        new byte[] {
                            127,
                            (byte) ((bytes.length - 127) % 128 | 0x80),
                            (byte) ((bytes.length - 127) / 128)
                        },
                        bytes);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] frame(int type, int flags, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(1)
                .put(payload)
                .array();
    }

    private static byte[] rewritten(byte[]... frames) {
        HeadRewriter rewriter = new HeadRewriter();
        assertThat(rewriter.rewrite(PREFACE)).isEqualTo(PREFACE);
        return rewriter.rewrite(joined(frames));
    }

    private static List<Map.Entry<String, String>> decode(
            DefaultHttp2HeadersDecoder decoder, byte[] block) throws Http2Exception {
        ByteBuf buffer = Unpooled.wrappedBuffer(block);
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        decoder.decodeHeaders(1, buffer)
                .forEach(
                        field ->
                                fields.add(
                                        Map.entry(
                                                field.getKey().toString(),
                                                field.getValue().toString())));
        return fields;
    }

    /** As gRPC's core sends it. */
    private static byte[] coresBlock() {
        return joined(
                literal(Way.INCREMENTAL, ":path", "/rangestream.v1.RangeStreamService/StatObject"),
                literal(Way.INCREMENTAL, ":authority", "127.0.0.1:8080"),
                new byte[] {(byte) 0x83, (byte) 0x86},
                literal(Way.INCREMENTAL, "te", "trailers"));
    }

    @Test
    void whatIsSpelledOutBecomesANumber() {
        byte[] payload = rewritten(frame(HEADERS, END_HEADERS, coresBlock()));
        assertThat(payload).hasSize(9 + coresBlock().length - 6 - 11);
        assertThat(payload[2]).isEqualTo((byte) (payload.length - 9));
        assertThat(payload[9]).isEqualTo((byte) 0x44);
    }

    @ParameterizedTest
    @CsvSource({"05 3a70617468, 44", "84 b958d33f, 44"})
    void alsoInHuffmansCode(String name, String first) throws Http2Exception {
        byte[] spelled = joined(HexFormat.of().parseHex("40" + name.replace(" ", "")), string("/"));
        byte[] numbered = joined(HexFormat.of().parseHex(first), string("/"));
        assertThat(HeaderBlock.numbered(spelled)).isEqualTo(numbered);
        assertThat(decode(new DefaultHttp2HeadersDecoder(false), spelled))
                .containsExactly(Map.entry(":path", "/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"88b83b5339ec327d7f", "85b949533" + "9e4", "84b958d33f", "85b8824e5a4b"})
    void allFourAreKnownInHuffmansCode(String name) throws Http2Exception {
        byte[] spelled = joined(HexFormat.of().parseHex("40" + name), string("x"));
        byte[] numbered = HeaderBlock.numbered(spelled);
        assertThat(numbered).hasSize(3);
        assertThat(decode(new DefaultHttp2HeadersDecoder(false), numbered))
                .isEqualTo(decode(new DefaultHttp2HeadersDecoder(false), spelled));
    }

    @Test
    void paddingAndPriorityStay() {
        byte[] path = literal(Way.NEVER, ":path", "/");
        byte[] padded = joined(new byte[] {3}, new byte[5], path, new byte[3]);
        byte[] expected =
                joined(new byte[] {3}, new byte[5], new byte[] {0x14, 1, '/'}, new byte[3]);
        assertThat(rewritten(frame(HEADERS, PADDED | PRIORITY, padded)))
                .isEqualTo(frame(HEADERS, PADDED | PRIORITY, expected));
    }

    @Test
    void whatIsNoHeadIsPassedOnAsItCame() {
        byte[] data = frame(0, 0, coresBlock());
        byte[] empty = frame(HEADERS, END_HEADERS, new byte[0]);
        byte[] allPadding = frame(HEADERS, PADDED, new byte[] {100, 0x40});
        byte[] tooLong = frame(HEADERS, END_HEADERS, joined(coresBlock(), new byte[16 * 1024]));
        assertThat(rewritten(data, empty, allPadding, tooLong))
                .isEqualTo(joined(data, empty, allPadding, tooLong));
    }

    @Test
    void unknownNamesAndBlocksThatBreakOffStay() {
        byte[] path = literal(Way.INCREMENTAL, ":path", "/films");
        for (byte[] block :
                List.of(
                        literal(Way.INCREMENTAL, ":protocol", "websocket"),
                        literal(Way.INCREMENTAL, ":status", "200"),
                        new byte[] {0x40},
                        new byte[] {0x40, 5, ':', 'p'},
                        new byte[] {0x40, 127, -1, -1, -1, -1, -1, 7},
                        new byte[] {0x3f, -1},
                        new byte[] {0x7f, -1})) {
            assertThat(HeaderBlock.numbered(block)).isSameAs(block);
            assertThat(HeaderBlock.numbered(joined(path, block)))
                    .isEqualTo(joined(new byte[] {0x44}, string("/films"), block));
        }
    }

    @Test
    void itDoesNotMatterHowTheBytesAreCut() {
        byte[] wire =
                joined(
                        PREFACE,
                        frame(4, 0, new byte[6]),
                        frame(HEADERS, END_HEADERS, coresBlock()),
                        frame(0, 1, new byte[40]),
                        frame(HEADERS, 0, coresBlock()),
                        frame(9, END_HEADERS, coresBlock()));
        byte[] atOnce = new HeadRewriter().rewrite(wire);
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            HeadRewriter rewriter = new HeadRewriter();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int at = 0; at < wire.length; ) {
                int to = Math.min(wire.length, at + random.nextInt(1, 30));
                out.writeBytes(rewriter.rewrite(java.util.Arrays.copyOfRange(wire, at, to)));
                at = to;
            }
            assertThat(out.toByteArray()).isEqualTo(atOnce);
        }
    }

    /**
     * Two decoders, each with its memory of the heads before, of random heads one after another.
     */
    @Test
    void itMeansTheSameAsBefore() throws Http2Exception {
        SplittableRandom random = new SplittableRandom(20_261_128);
        DefaultHttp2HeadersDecoder spelled = new DefaultHttp2HeadersDecoder(false);
        DefaultHttp2HeadersDecoder numbered = new DefaultHttp2HeadersDecoder(false);
        List<String> pseudo = List.of(":path", ":authority", ":method", ":scheme");
        boolean changed = false;
        for (int round = 0; round < 2000; round++) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            for (String name : pseudo) {
                block.writeBytes(literal(way(random), name, "v" + random.nextInt(5)));
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                String value = "x".repeat(random.nextInt(300));
                block.writeBytes(literal(way(random), "name-" + random.nextInt(9), value));
            }
            if (round > 0 && random.nextBoolean()) {
                // One that the dynamic table has.
                block.write(0x80 | 62);
            }
            byte[] original = block.toByteArray();
            byte[] rewritten = HeaderBlock.numbered(original);
            changed |= rewritten.length < original.length;
            assertThat(decode(numbered, rewritten)).isEqualTo(decode(spelled, original));
        }
        assertThat(changed).isTrue();
    }

    private static Way way(SplittableRandom random) {
        return Way.values()[random.nextInt(Way.values().length)];
    }
}
