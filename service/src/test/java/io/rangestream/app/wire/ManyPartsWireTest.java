package io.rangestream.app.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.range.ResolvedRange;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Up to 200 ranges in one request (choice K3), and the number of store requests that they cost. */
@ServerTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ManyPartsWireTest {
    private static final long LENGTH = 64L * 1024 * 1024;
    private static final int PART_BYTES = 1000;
    private static final long STEP_BYTES = 20_000;

    // Each test has an object that is not in the cache.
    private static final ServedEndpoints SERVED =
            new ServedEndpoints(
                    IntStream.range(0, 10)
                            .boxed()
                            .collect(Collectors.toMap(i -> "cold-" + i, _ -> LENGTH)));
    private static int nextObject;

    private final int port;

    ManyPartsWireTest(WebServer server) {
        this.port = server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    enum Protocol {
        HTTP_1_1,
        HTTP_2
    }

    private WireResponse get(Protocol protocol, String key, List<ResolvedRange> ranges)
            throws IOException {
        String target = "/objects/" + ServedEndpoints.LARGE + "/" + key;
        String value =
                ranges.stream()
                        .map(range -> range.firstPos() + "-" + range.lastPos())
                        .collect(Collectors.joining(",", "bytes=", ""));
        return switch (protocol) {
            case HTTP_1_1 -> {
                try (Http1Wire wire = Http1Wire.connect(port)) {
                    yield wire.ask("GET", target, "Range: " + value);
                }
            }
            case HTTP_2 -> {
                try (Http2Wire wire = Http2Wire.connect(port, 65_535)) {
                    yield wire.readAnswer(wire.send("GET", target, "range", value));
                }
            }
        };
    }

    private static String coldKey() {
        return "cold-" + nextObject++;
    }

    private static List<ResolvedRange> every(long step, int count) {
        return LongStream.range(0, count)
                .mapToObj(i -> new ResolvedRange(i * step, i * step + PART_BYTES - 1))
                .toList();
    }

    private static byte[] body(WireResponse answer, List<ResolvedRange> ranges) throws IOException {
        String type = answer.field("Content-Type").orElseThrow();
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String boundary = type.substring(type.indexOf('=') + 1);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (ResolvedRange range : ranges) {
            String head =
                    "\r\n--"
                            + boundary
                            + "\r\nContent-Range: bytes %d-%d/%d\r\n\r\n"
                                    .formatted(range.firstPos(), range.lastPos(), LENGTH);
            body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
            body.writeBytes(PatternBytes.of(range.firstPos(), (int) range.length()));
        }
        body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    private static void assertParts(WireResponse answer, List<ResolvedRange> ranges)
            throws IOException {
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.complete()).isTrue();
        byte[] expected = body(answer, ranges);
        assertThat(answer.body()).isEqualTo(expected);
        assertThat(answer.field("Content-Length")).hasValue(Integer.toString(expected.length));
    }

    /**
     * All parts lie within 8 MiB: one request for the metadata and the first part, and one for the
     * rest.
     */
    // Runs first: the larger reads of the other tests fill the cache, and the gaps of an evicted
    // block stay unsent.
    @Order(1)
    @ParameterizedTest
    @EnumSource
    @Covers("several-ascending-ranges-near")
    void hundredNearPartsCostTwoStoreRequests(Protocol protocol) throws IOException {
        String key = coldKey();
        List<ResolvedRange> ranges = every(STEP_BYTES, 100);
        long before = SERVED.engineStats().storeRequests();
        long unsentBefore = SERVED.engineStats().unsentBytes();
        WireResponse answer = get(protocol, key, ranges);
        assertParts(answer, ranges);
        assertThat(SERVED.engineStats().storeRequests() - before).isLessThanOrEqualTo(2);

        // The gaps between the parts were fetched and not sent. The first gap was not fetched,
        // because the first part came with the metadata.
        await().until(() -> SERVED.engineStats().openFetches() == 0);
        long gaps = 98L * (STEP_BYTES - PART_BYTES);
        assertThat(SERVED.engineStats().unsentBytes() - unsentBefore).isEqualTo(gaps);
        RequestLine line =
                await().until(() -> SERVED.lineOf(key), Optional::isPresent).orElseThrow();
        assertThat(line.bytes()).isEqualTo(100L * PART_BYTES);
        assertThat(line.bytesByOrigin().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(100L * PART_BYTES);

        // A gap no longer counts once it is sent; bytes that were sent before do not count again.
        ResolvedRange partsAndGaps = new ResolvedRange(STEP_BYTES, ranges.getLast().lastPos());
        assertThat(get(protocol, key, List.of(partsAndGaps)).status()).isEqualTo(206);
        assertThat(SERVED.engineStats().unsentBytes() - unsentBefore).isZero();
    }

    /** Three groups, each of ten parts that lie near each other. */
    @ParameterizedTest
    @EnumSource
    void distantGroupsCostOneStoreRequestEach(Protocol protocol) throws IOException {
        List<ResolvedRange> ranges =
                IntStream.range(0, 30)
                        .mapToLong(i -> i / 10 * (LENGTH / 4) + i % 10 * STEP_BYTES)
                        .mapToObj(pos -> new ResolvedRange(pos, pos + PART_BYTES - 1))
                        .toList();
        long before = SERVED.engineStats().storeRequests();
        assertParts(get(protocol, coldKey(), ranges), ranges);
        assertThat(SERVED.engineStats().storeRequests() - before).isLessThanOrEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void partsAreInRequestOrder(Protocol protocol) throws IOException {
        List<ResolvedRange> ranges = every(STEP_BYTES, 100).reversed();
        assertParts(get(protocol, coldKey(), ranges), ranges);
    }

    @Test
    @Covers({"several-ranges-merged-capped", "parts-response"})
    void moreThanTwoHundredRangesGetWholeObject() throws IOException {
        String key = coldKey();
        List<ResolvedRange> ranges = every(2L * PART_BYTES, 200);
        assertParts(get(Protocol.HTTP_1_1, key, ranges), ranges);
        WireResponse whole = get(Protocol.HTTP_1_1, key, every(2L * PART_BYTES, 201));
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.body()).hasSize((int) LENGTH);
    }

    /** Random parts in random order, seeded, over a cache that has some of them. */
    @ParameterizedTest
    @EnumSource
    void randomPartsHaveExpectedBytes(Protocol protocol) throws IOException {
        long seed = 20_261_129;
        SplittableRandom random = new SplittableRandom(seed);
        String key = coldKey();
        for (int i = 0; i < 15; i++) {
            Map<Long, ResolvedRange> byPlace = new HashMap<>();
            int count = 2 + random.nextInt(40);
            for (int j = 0; j < count; j++) {
                long slot = random.nextLong(400);
                long first = slot * 50_000 + random.nextInt(20_000);
                byPlace.put(slot, new ResolvedRange(first, first + random.nextInt(25_000)));
            }
            List<ResolvedRange> ranges = List.copyOf(byPlace.values());
            if (ranges.size() > 1) {
                assertParts(get(protocol, key, ranges), ranges);
            }
        }
    }
}
