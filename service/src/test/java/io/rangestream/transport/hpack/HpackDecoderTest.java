package io.rangestream.transport.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Tests the examples of RFC 7541, Appendix C, and malformed blocks. */
final class HpackDecoderTest {
    private final HpackDecoder decoder = new HpackDecoder(4096);

    /** A sink that accepts all fields, or none. */
    static final class Fields implements HpackDecoder.Sink {
        final List<Map.Entry<String, String>> list = new ArrayList<>();
        private final boolean full;
        int skipped;

        Fields(boolean full) {
            this.full = full;
        }

        @Override
        public void field(HpackField field) {
            list.add(
                    Map.entry(
                            new String(field.name(), StandardCharsets.ISO_8859_1),
                            new String(field.value(), StandardCharsets.ISO_8859_1)));
        }

        @Override
        public boolean isFull() {
            return full;
        }

        @Override
        public void skipped() {
            skipped++;
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private List<Map.Entry<String, String>> decode(String hex) {
        byte[] block = hex(hex);
        Fields fields = new Fields(false);
        decoder.begin();
        assertThat(decoder.decode(block, 0, block.length, fields)).isEqualTo(block.length);
        return fields.list;
    }

    private void assertRequests(String first, String second, String third) {
        assertThat(decode(first))
                .containsExactly(
                        HeaderLists.entries(
                                ":method", "GET",
                                ":scheme", "http",
                                ":path", "/",
                                ":authority", "www.example.com"));
        assertThat(decoder.tableSize()).isEqualTo(57);
        assertThat(decode(second))
                .containsExactly(
                        HeaderLists.entries(
                                ":method", "GET",
                                ":scheme", "http",
                                ":path", "/",
                                ":authority", "www.example.com",
                                "cache-control", "no-cache"));
        assertThat(decoder.tableSize()).isEqualTo(110);
        assertThat(decode(third))
                .containsExactly(
                        HeaderLists.entries(
                                ":method", "GET",
                                ":scheme", "https",
                                ":path", "/index.html",
                                ":authority", "www.example.com",
                                "custom-key", "custom-value"));
        assertThat(decoder.tableSize()).isEqualTo(164);
    }

    private void assertResponses(String first, String second, String third) {
        String date = "Mon, 21 Oct 2013 20:13:21 GMT";
        String location = "https://www.example.com";
        assertThat(decode(first))
                .containsExactly(
                        HeaderLists.entries(
                                ":status",
                                "302",
                                "cache-control",
                                "private",
                                "date",
                                date,
                                "location",
                                location));
        assertThat(decoder.tableSize()).isEqualTo(222);
        assertThat(decode(second))
                .containsExactly(
                        HeaderLists.entries(
                                ":status",
                                "307",
                                "cache-control",
                                "private",
                                "date",
                                date,
                                "location",
                                location));
        assertThat(decoder.tableSize()).isEqualTo(222);
        assertThat(decode(third))
                .containsExactly(
                        HeaderLists.entries(
                                ":status", "200",
                                "cache-control", "private",
                                "date", "Mon, 21 Oct 2013 20:13:22 GMT",
                                "location", location,
                                "content-encoding", "gzip",
                                "set-cookie",
                                        "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600;"
                                                + " version=1"));
        assertThat(decoder.tableSize()).isEqualTo(215);
    }

    @Test
    void decodesFieldsOfAppendixC2() {
        assertThat(decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
                .containsExactly(HeaderLists.entries("custom-key", "custom-header"));
        assertThat(decoder.tableSize()).isEqualTo(55);
        assertThat(decode("040c 2f73 616d 706c 652f 7061 7468"))
                .containsExactly(HeaderLists.entries(":path", "/sample/path"));
        assertThat(decode("1008 7061 7373 776f 7264 0673 6563 7265 74"))
                .containsExactly(HeaderLists.entries("password", "secret"));
        assertThat(decode("82")).containsExactly(HeaderLists.entries(":method", "GET"));
        assertThat(decoder.tableSize()).isEqualTo(55);
    }

    @Test
    void decodesRequestsOfAppendixC3() {
        assertRequests(
                "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                "8286 84be 5808 6e6f 2d63 6163 6865",
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");
    }

    @Test
    void decodesRequestsInHuffmanCodeOfAppendixC4() {
        assertRequests(
                "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
                "8286 84be 5886 a8eb 1064 9cbf",
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");
    }

    /** With a table of 256 bytes, so that entries are evicted. */
    @Test
    void decodesResponsesOfAppendixC5() {
        decode("3fe1 01");
        assertResponses(
                "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230"
                        + "3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777"
                        + "2e65 7861 6d70 6c65 2e63 6f6d",
                "4803 3330 37c1 c0bf",
                "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220"
                        + "474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f"
                        + "5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630"
                        + "303b 2076 6572 7369 6f6e 3d31");
    }

    @Test
    void decodesResponsesInHuffmanCodeOfAppendixC6() {
        decode("3fe1 01");
        assertResponses(
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0"
                        + "82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                "4883 640e ffc1 c0bf",
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b"
                        + "d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1"
                        + "ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Indices: 0; above both tables; the same for a name.
                "80",
                "be",
                "ff80808001",
                "7e01ff",
                // Integers that are too large, or do not end.
                "ffffffffffffff",
                "7f8080808080808080",
                "3fffffffff7f",
                // Size updates: larger than announced; after a field; more than two.
                "3fe21f",
                "8220",
                "20203fe11f",
                // Huffman: EOS, padding of a byte, padding of zeros.
                "0084ffffffff00",
                "00821fff00",
                "00811800",
            })
    @Covers("http-2-header-block")
    void rejectsUndecodableBlock(String hex) {
        assertThatThrownBy(() -> decode(hex)).isInstanceOf(HpackException.class);
    }

    @Test
    void stopsBeforeIncompleteField() {
        byte[] block = hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff");
        for (int length = 0; length < block.length; length++) {
            HpackDecoder other = new HpackDecoder(4096);
            other.begin();
            Fields fields = new Fields(false);
            int complete = other.decode(block, 0, length, fields);
            assertThat(complete).isEqualTo(Math.min(length, 3));
            assertThat(other.decode(block, complete, block.length, fields)).isEqualTo(block.length);
            assertThat(fields.list).hasSize(4);
        }
    }

    @Test
    void keepsTableCorrectForFullSink() {
        byte[] block = hex("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d");
        Fields full = new Fields(true);
        decoder.begin();
        assertThat(decoder.decode(block, 0, block.length, full)).isEqualTo(block.length);
        assertThat(full.list).isEmpty();
        assertThat(full.skipped).isEqualTo(4);
        assertThat(decode("be"))
                .containsExactly(HeaderLists.entries(":authority", "www.example.com"));
    }

    @Test
    void tooLargeEntryEmptiesTable() {
        decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572");
        byte[] large = HeaderLists.literal(HeaderLists.Literal.INCREMENTAL, "x", "v".repeat(4100));
        assertThat(decode(HexFormat.of().formatHex(large))).hasSize(1);
        assertThat(decoder.tableSize()).isZero();
        assertThatThrownBy(() -> decode("be")).isInstanceOf(HpackException.class);
    }

    @Test
    void tableNeverExceedsAnnouncedSize() {
        for (int i = 0; i < 1000; i++) {
            byte[] field =
                    HeaderLists.literal(
                            HeaderLists.Literal.INCREMENTAL, "n" + i, "v".repeat(i % 200));
            assertThat(decode(HexFormat.of().formatHex(field))).hasSize(1);
            assertThat(decoder.tableSize()).isLessThanOrEqualTo(4096);
        }
        assertThat(decode("20")).isEmpty();
        assertThat(decoder.tableSize()).isZero();
    }

    @Test
    void decodesBlockOfStatelessEncoder() {
        StatelessEncoder encoder = new StatelessEncoder();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] value = new byte[20_000];
        Arrays.fill(value, (byte) 'v');
        HpackField field =
                new HpackField("x-name".getBytes(StandardCharsets.US_ASCII), value, 0, 0);
        encoder.add(4, "/films".getBytes(StandardCharsets.US_ASCII));
        encoder.add(58, "agent".getBytes(StandardCharsets.US_ASCII));
        encoder.add(field);
        all.write(encoder.block(), 0, encoder.length());
        assertThat(decode(HexFormat.of().formatHex(all.toByteArray())))
                .containsExactly(
                        HeaderLists.entries(
                                ":path",
                                "/films",
                                "user-agent",
                                "agent",
                                "x-name",
                                "v".repeat(20_000)));
        assertThat(decoder.tableSize()).isZero();
    }
}
