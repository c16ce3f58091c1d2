package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;
import io.rangestream.transport.hpack.HeaderLists;
import io.rangestream.transport.hpack.HeaderLists.Literal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The limit of HTTP/2 header lists applies to the decoded size; a list beyond it affects no other
 * request.
 */
@ServerTest
@Timeout(60)
final class Http2HeaderListWireTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();
    private static final String A = "/objects/films/A";
    private static final String[] GET = {
        ":method", "GET", ":scheme", "http", ":path", A, ":authority", "a"
    };
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int NEWEST_ENTRY = 62;
    // Decoded size of the largest list sent here: 16,000 references to an entry of 4,000 bytes.
    private static final long BOMB_BYTES = 64_000_000;

    private final WebServer server;
    private final Http2Wire wire;

    Http2HeaderListWireTest(WebServer server) throws IOException {
        this.server = server;
        this.wire = Http2Wire.connect(server.port(), 65_535);
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterEach
    void disconnect() throws IOException {
        wire.close();
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] get(byte[] more) {
        return joined(HeaderLists.literals(GET), more);
    }

    private static byte[] indexed(int index, int times) {
        byte[] fields = new byte[times];
        Arrays.fill(fields, (byte) (0x80 | index));
        return fields;
    }

    /**
     * Sends a request with this block; checks that it is refused and that the connection still
     * serves.
     */
    private void assertTooLarge(byte[] block) throws IOException {
        WireResponse refused = wire.readAnswer(wire.sendBlock(block, Http2Wire.END_STREAM));
        assertThat(refused.status()).isEqualTo(431);
        assertThat(refused.field("content-type")).hasValue("application/problem+json");
        assertThat(refused.text()).contains("fields-too-large");
        assertServes();
    }

    /**
     * Uses literals, because the dynamic tables of these blocks and of the wire's encoder differ.
     */
    private void assertServes() throws IOException {
        int streamId = wire.sendBlock(HeaderLists.literals(GET), Http2Wire.END_STREAM);
        assertThat(wire.readAnswer(streamId).status()).isEqualTo(200);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getTotalThreadAllocatedBytes();
    }

    @Test
    void announcesMaxHeaderListSize() throws IOException {
        Http2Wire.Frame settings = wire.readFrame();
        assertThat(settings.type()).isEqualTo(Http2Wire.SETTINGS);
        ByteBuffer in = ByteBuffer.wrap(settings.payload());
        int limit = 0;
        while (in.hasRemaining()) {
            int id = in.getShort();
            int value = in.getInt();
            limit = id == 6 ? value : limit;
        }
        assertThat(limit).isEqualTo(32 * 1024);
    }

    @Test
    @Covers({"http-2-header-section", "decoded-header-list-trailers"})
    void refusesRepeatedlyReferencedEntry() throws IOException {
        byte[] entry = HeaderLists.literal(Literal.INCREMENTAL, "x", "a".repeat(4000));
        assertThat(wire.readAnswer(wire.sendBlock(get(entry), Http2Wire.END_STREAM)).status())
                .isEqualTo(200);
        long before = allocatedBytes();
        for (int i = 0; i < 5; i++) {
            assertTooLarge(get(indexed(NEWEST_ENTRY, 16_000)));
        }
        assertThat(allocatedBytes() - before).isLessThan(BOMB_BYTES / 4);
    }

    @Test
    @Covers("http-2-header-section")
    void refusesRepeatedlyReferencedName() throws IOException {
        byte[] entry = HeaderLists.literal(Literal.INCREMENTAL, "n".repeat(4000), "");
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        for (int i = 0; i < 4000; i++) {
            HeaderLists.integer(named, 0x00, 4, NEWEST_ENTRY);
            named.write(1);
            named.write('v');
        }
        long before = allocatedBytes();
        assertTooLarge(get(joined(entry, named.toByteArray())));
        assertThat(allocatedBytes() - before).isLessThan(BOMB_BYTES / 4);
    }

    @Test
    @Covers("http-2-header-section")
    void refusesManyCookieCrumbs() throws IOException {
        ByteArrayOutputStream crumbs = new ByteArrayOutputStream();
        for (int i = 0; i < 700; i++) {
            crumbs.writeBytes(HeaderLists.literals("cookie", "crumb=" + i));
        }
        assertTooLarge(get(crumbs.toByteArray()));
        assertTooLarge(get(HeaderLists.literals("cookie", "c".repeat(33_000))));
    }

    @Test
    void countsOverheadOfEachField() throws IOException {
        // 1,000 fields of 2 bytes count as 34,000 bytes: 32 bytes of overhead each (RFC 9113,
        // section 6.5.2).
        byte[] fields = new byte[5 * 1000];
        for (int i = 0; i < fields.length; i += 5) {
            System.arraycopy(HeaderLists.literals("x", "y"), 0, fields, i, 5);
        }
        assertTooLarge(get(fields));
    }

    @Test
    void keepsDynamicTableInSyncPastTheLimit() throws IOException {
        byte[] long1 = HeaderLists.literals("x", "v".repeat(33_000));
        byte[] path = HeaderLists.literal(Literal.INCREMENTAL, ":path", A + "?after-the-limit");
        byte[] large = get(joined(long1, HeaderLists.literal(Literal.INCREMENTAL, "y", "1"), path));
        assertThat(wire.readAnswer(wire.sendBlock(large, Http2Wire.END_STREAM)).status())
                .isEqualTo(431);
        byte[] block =
                joined(
                        HeaderLists.literals(":method", "GET", ":scheme", "http"),
                        indexed(NEWEST_ENTRY, 1),
                        HeaderLists.literals(":authority", "a", "range", "bytes=0-4"),
                        indexed(NEWEST_ENTRY + 1, 1));
        WireResponse answer = wire.readAnswer(wire.sendBlock(block, Http2Wire.END_STREAM));
        assertThat(answer.text()).isEqualTo("abcde");
    }

    @Test
    @Covers({"http-2-header-section", "decoded-header-list-trailers"})
    void refusesTooLargeTrailers() throws IOException {
        int streamId = wire.sendHalf("GET", A, "content-length", "5");
        wire.write(
                Http2Wire.HEADERS,
                Http2Wire.END_STREAM,
                streamId,
                HeaderLists.literal(Literal.INCREMENTAL, "x", "a".repeat(4000)));
        wire.write(
                Http2Wire.CONTINUATION,
                Http2Wire.END_HEADERS,
                streamId,
                indexed(NEWEST_ENTRY, 16_000));
        Http2Wire.Frame reset = wire.readFrame(streamId);
        assertThat(reset.type()).isEqualTo(Http2Wire.RST_STREAM);
        assertThat(ByteBuffer.wrap(reset.payload()).getInt()).isEqualTo(ENHANCE_YOUR_CALM);
        assertServes();
    }

    @Test
    @Covers("http-2-header-section")
    void refusesTooLargeGrpcMetadata() throws IOException {
        String[] call = {
            ":method", "POST",
            ":scheme", "http",
            ":path", "/rangestream.v1.RangeStreamService/ReadRange",
            ":authority", "a",
            "content-type", "application/grpc",
            "x-meta", "m".repeat(33_000)
        };
        int streamId = wire.sendBlock(HeaderLists.literals(call), 0);
        WireResponse refused = wire.readAnswer(streamId);
        assertThat(refused.status()).isEqualTo(431);
        Http2Wire.Frame stop = wire.readFrame(streamId);
        assertThat(stop.type()).isEqualTo(Http2Wire.RST_STREAM);
        assertThat(ByteBuffer.wrap(stop.payload()).getInt()).isZero();
    }

    @Test
    @Covers({"http-2-header-block", "encoded-header-block"})
    void endsConnectionOnContinuationFlood() throws IOException {
        wire.write(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, HeaderLists.literals(GET));
        for (int i = 0; i < 2000; i++) {
            wire.write(Http2Wire.CONTINUATION, 0, 1, new byte[0]);
        }
        assertThat(wire.readGoAway()).isEqualTo(ENHANCE_YOUR_CALM);
    }

    @Test
    @Covers("dynamic-tables-hpack")
    void endsConnectionOnTableLargerThanAnnounced() throws IOException {
        ByteArrayOutputStream update = new ByteArrayOutputStream();
        HeaderLists.integer(update, 0x20, 5, 1 << 20);
        wire.sendBlock(joined(update.toByteArray(), HeaderLists.literals(GET)), 1);
        assertThat(wire.readGoAway()).isEqualTo(9);
    }

    @Test
    void servesOtherConnectionsMeanwhile() throws IOException {
        byte[] entry = HeaderLists.literal(Literal.INCREMENTAL, "x", "a".repeat(4000));
        try (Http2Wire other = Http2Wire.connect(server.port(), 65_535)) {
            for (int i = 0; i < 20; i++) {
                wire.sendBlock(get(joined(entry, indexed(NEWEST_ENTRY, 12_000))), 1);
                WireResponse answer = other.readAnswer(other.send("GET", A, "range", "bytes=0-4"));
                assertThat(answer.text()).isEqualTo("abcde");
            }
        }
    }
}
