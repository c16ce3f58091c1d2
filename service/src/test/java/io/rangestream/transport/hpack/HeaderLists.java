package io.rangestream.transport.hpack;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Encodes and decodes HPACK header lists by code that is not under test. */
public final class HeaderLists {
    /** The representations of a literal field: RFC 7541, section 6.2. */
    public enum Literal {
        INCREMENTAL(0x40),
        WITHOUT_INDEXING(0x00),
        NEVER_INDEXED(0x10);

        private final int first;

        Literal(int first) {
            this.first = first;
        }

        /** Returns a random representation. */
        public static Literal any(SplittableRandom random) {
            return values()[random.nextInt(values().length)];
        }
    }

    private HeaderLists() {}

    /** Encodes fields as literals without indexing, with their names and without Huffman codes. */
    public static byte[] literals(String... namesAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.writeBytes(
                    literal(Literal.WITHOUT_INDEXING, namesAndValues[i], namesAndValues[i + 1]));
        }
        return out.toByteArray();
    }

    /** Encodes a literal field with its name. */
    public static byte[] literal(Literal way, String name, String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(way.first);
        string(out, name);
        string(out, value);
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        integer(out, 0, 7, bytes.length);
        out.writeBytes(bytes);
    }

    /** Encodes an integer (section 5.1) after the given bits. */
    public static void integer(ByteArrayOutputStream out, int first, int prefix, int value) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            out.write(first | value);
            return;
        }
        out.write(first | mask);
        int rest = value - mask;
        while (rest >= 128) {
            out.write(rest % 128 + 128);
            rest /= 128;
        }
        out.write(rest);
    }

    /** Returns fields from alternating names and values. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public static Map.Entry<String, String>[] entries(String... namesAndValues) {
        Map.Entry<String, String>[] entries = new Map.Entry[namesAndValues.length / 2];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = Map.entry(namesAndValues[2 * i], namesAndValues[2 * i + 1]);
        }
        return entries;
    }

    /** Decodes a block with a new decoder of Netty. */
    public static List<Map.Entry<String, String>> decode(byte[] block) throws Http2Exception {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        new DefaultHttp2HeadersDecoder(false, Integer.MAX_VALUE)
                .decodeHeaders(1, Unpooled.wrappedBuffer(block))
                .forEach(
                        field ->
                                fields.add(
                                        Map.entry(
                                                field.getKey().toString(),
                                                field.getValue().toString())));
        return fields;
    }
}
