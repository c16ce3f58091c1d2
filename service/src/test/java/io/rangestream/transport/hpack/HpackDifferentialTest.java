package io.rangestream.transport.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Compares the decoder with other encoders, and runs it on random bytes. */
final class HpackDifferentialTest {
    private static final long SEED = 20_261_129;
    private static final int TABLE_BYTES = 4096;
    private static final List<String> NAMES =
            List.of("cookie", "range", "user-agent", "x-a", "x-b", "if-none-match", "accept");

    private static String value(SplittableRandom random) {
        StringBuilder value = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 600 : 30); i > 0; i--) {
            // Sometimes all of Latin-1, which has long codes.
            value.append(
                    (char)
                            (random.nextInt(9) == 0
                                    ? random.nextInt(256)
                                    : random.nextInt(32, 127)));
        }
        return value.toString();
    }

    private static List<Map.Entry<String, String>> decode(
            HpackDecoder decoder, byte[] block, SplittableRandom random) {
        HpackDecoderTest.Fields fields = new HpackDecoderTest.Fields(false);
        decoder.begin();
        byte[] held = {};
        for (int at = 0; at < block.length; ) {
            int to = random.nextBoolean() ? block.length : random.nextInt(at, block.length) + 1;
            byte[] part = Arrays.copyOf(held, held.length + to - at);
            System.arraycopy(block, at, part, held.length, to - at);
            int complete = decoder.decode(part, 0, part.length, fields);
            held = Arrays.copyOfRange(part, complete, part.length);
            at = to;
        }
        assertThat(held).isEmpty();
        return fields.list;
    }

    @Test
    void decodesBlocksOfNetty() throws Http2Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        HpackDecoder decoder = new HpackDecoder(TABLE_BYTES);
        try (DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder()) {
            for (int round = 0; round < 2000; round++) {
                Http2Headers headers = new DefaultHttp2Headers(false);
                List<Map.Entry<String, String>> expected = new ArrayList<>();
                for (int i = random.nextInt(1, 12); i > 0; i--) {
                    String name = NAMES.get(random.nextInt(NAMES.size()));
                    String value = random.nextInt(3) == 0 ? "again" : value(random);
                    headers.add(name, value);
                }
                headers.forEach(
                        field ->
                                expected.add(
                                        Map.entry(
                                                field.getKey().toString(),
                                                field.getValue().toString())));
                if (random.nextInt(50) == 0) {
                    encoder.maxHeaderTableSize(random.nextInt(TABLE_BYTES + 1));
                }
                ByteBuf out = Unpooled.buffer();
                encoder.encodeHeaders(1, headers, out);
                byte[] block = new byte[out.readableBytes()];
                out.readBytes(block);
                assertThat(decode(decoder, block, random))
                        .as("seed %d round %d", SEED, round)
                        .isEqualTo(expected);
                assertThat(decoder.tableSize()).isLessThanOrEqualTo(TABLE_BYTES);
            }
        }
    }

    /** Uses an encoder that chooses at random among all representations. */
    @Test
    void decodesEveryRepresentation() {
        SplittableRandom random = new SplittableRandom(SEED);
        HpackDecoder decoder = new HpackDecoder(TABLE_BYTES);
        List<Map.Entry<String, String>> table = new ArrayList<>();
        int indexed = 0;
        for (int round = 0; round < 5000; round++) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            List<Map.Entry<String, String>> expected = new ArrayList<>();
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                if (!table.isEmpty() && random.nextBoolean()) {
                    int index = random.nextInt(table.size());
                    HeaderLists.integer(block, 0x80, 7, 62 + index);
                    expected.add(table.get(index));
                    indexed++;
                    continue;
                }
                HeaderLists.Literal way = HeaderLists.Literal.any(random);
                Map.Entry<String, String> field =
                        Map.entry(NAMES.get(random.nextInt(NAMES.size())), value(random));
                block.writeBytes(HeaderLists.literal(way, field.getKey(), field.getValue()));
                expected.add(field);
                if (way == HeaderLists.Literal.INCREMENTAL) {
                    table.addFirst(field);
                    while (size(table) > TABLE_BYTES) {
                        table.removeLast();
                    }
                }
            }
            assertThat(decode(decoder, block.toByteArray(), random))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(expected);
            assertThat(decoder.tableSize()).isEqualTo(size(table));
        }
        assertThat(indexed).isGreaterThan(5000);
    }

    private static int size(List<Map.Entry<String, String>> table) {
        return table.stream()
                .mapToInt(field -> field.getKey().length() + field.getValue().length() + 32)
                .sum();
    }

    @Test
    void throwsOnlyHpackException() throws Http2Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            HpackDecoder decoder = new HpackDecoder(TABLE_BYTES);
            byte[] block = new byte[random.nextInt(1, 200)];
            random.nextBytes(block);
            if (random.nextBoolean()) {
                byte[] good =
                        HeaderLists.literal(
                                HeaderLists.Literal.any(random), "x-name", value(random));
                block = Arrays.copyOf(good, good.length + block.length);
                block[random.nextInt(block.length)] = (byte) random.nextInt(256);
            }
            decoder.begin();
            try {
                int complete =
                        decoder.decode(block, 0, block.length, new HpackDecoderTest.Fields(false));
                assertThat(complete).isBetween(0, block.length);
            } catch (HpackException e) {
                refused++;
            }
            assertThat(decoder.tableSize()).isLessThanOrEqualTo(TABLE_BYTES);
        }
        assertThat(refused).isBetween(100, 19_900);
    }
}
