package io.rangestream.transport.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;

import io.helidon.http.RequestException;
import io.rangestream.testkit.Covers;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tests the limits of a request, and its behaviour that depends on when bytes arrive. */
final class Http1RequestReaderTest {
    private static final String HOST = " HTTP/1.1\r\nHost: a\r\n";
    private static final String NEXT = "GET /next" + HOST + "\r\n";

    private int continues;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ReadRequests read(String text) {
        ReadRequests whole = ReadRequests.of(List.of(bytes(text)));
        assertThat(ReadRequests.of(ScriptedArrivals.single(bytes(text)))).isEqualTo(whole);
        return whole;
    }

    private Http1RequestReader open(ScriptedArrivals arrivals) {
        return new Http1RequestReader(arrivals, () -> continues++);
    }

    private static String text(byte @Nullable [] head) {
        return head == null ? "nothing" : new String(head, StandardCharsets.ISO_8859_1);
    }

    @Test
    void passesWellFormedHeadWithoutCopy() {
        byte[] head = bytes("GET /a" + HOST + "Range: bytes=0-4\r\n\r\n");
        Http1RequestReader reader = open(new ScriptedArrivals(List.of(head), true));
        assertThat(reader.next()).isSameAs(head);
        assertThat(reader.next()).isNull();
    }

    @Test
    void rewritesHttp10HeadAsHttp11() {
        String came =
                String.join(
                        "\r\n",
                        "GET /a HTTP/1.0",
                        "Connection: keep-alive",
                        "keep-alive: 5",
                        "Expect: 100-continue",
                        "Upgrade: x",
                        "Range: bytes=0-4",
                        "",
                        "");
        Http1RequestReader reader = open(new ScriptedArrivals(List.of(bytes(came)), true));
        assertThat(text(reader.next()))
                .isEqualTo(
                        String.join(
                                "\r\n",
                                "GET /a HTTP/1.1",
                                "Connection: close",
                                "Host: localhost",
                                "Range: bytes=0-4",
                                "",
                                ""));
    }

    @ParameterizedTest
    @CsvSource({
        "16384, 0",
        "16385, 414",
    })
    @Covers("request-line")
    void limitsRequestLine(int length, int status) {
        String target = "/" + "x".repeat(length - "GET / HTTP/1.1".length());
        ReadRequests read = read("GET " + target + HOST + "\r\n");
        assertThat(read.status()).isEqualTo(status);
        assertThat(read.heads()).hasSize(status == 0 ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "256, 0",
        "257, 431",
    })
    @Covers("field-section-trailer-section")
    void limitsNumberOfFields(int count, int status) {
        String fields = "X: y\r\n".repeat(count - 1);
        assertThat(read("GET /" + HOST + fields + "\r\n").status()).isEqualTo(status);
        String trailers = "X: y\r\n".repeat(count);
        String chunked = "Transfer-Encoding: chunked\r\n\r\n0\r\n" + trailers + "\r\n";
        assertThat(read("GET /" + HOST + chunked).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "32768, 0",
        "32769, 431",
    })
    @Covers("field-section-trailer-section")
    void limitsTotalSizeOfFields(int length, int status) {
        // The CRLF of the last line does not count.
        String rest = "x".repeat(length - "Host: a\r\nX: ".length());
        assertThat(read("GET /" + HOST + "X: " + rest + "\r\n\r\n").status()).isEqualTo(status);
        String trailers = "X: " + "x".repeat(length - "X: ".length()) + "\r\n\r\n";
        String chunked = "Transfer-Encoding: chunked\r\n\r\n0\r\n" + trailers;
        assertThat(read("GET /" + HOST + chunked).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 4096, 0",
        "1, 4097, 400",
        "64, 64, 0",
        "64, 65, 400",
    })
    @Covers("chunk-extensions-request")
    void limitsTotalSizeOfChunkExtensions(int chunks, int length, int status) {
        String extension = ";" + "x".repeat(length - 1);
        String content = ("1" + extension + "\r\nx\r\n").repeat(chunks) + "0\r\n\r\n";
        ReadRequests read = read("GET /" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + content);
        assertThat(read.status()).isEqualTo(status);
    }

    @Test
    void skipsContentInSingleByteChunks() {
        String content = "1\r\nx\r\n".repeat(Http1Limits.CONTENT_BYTES);
        String head = "GET /" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
        assertThat(read(head + content + "0\r\n\r\n" + NEXT).heads())
                .containsExactly("GET /", "GET /next");
        assertThat(read(head + content + "1\r\nx\r\n0\r\n\r\n").status()).isEqualTo(413);
    }

    @Test
    void largestRequestInSingleBytesAllocatesLittle() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String fields = "X: y" + "z".repeat(100) + "\r\n";
        String head = "GET /" + "x".repeat(16_000) + " HTTP/1.0\r\n" + fields.repeat(250) + "\r\n";
        List<byte[]> segments = ScriptedArrivals.single(bytes(head));
        // The first run loads classes.
        assertThat(open(new ScriptedArrivals(segments, true)).next()).isNotNull();
        Http1RequestReader reader = open(new ScriptedArrivals(segments, true));
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(reader.next()).isNotNull();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // If each byte caused a copy, this would be a gigabyte.
        assertThat(allocated).isLessThan(2 * 1024 * 1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void awaitsContentOfGetAndHead(String method) {
        String head = method + " /" + HOST + "Content-Length: 5\r\n\r\nabc";
        Http1RequestReader reader = open(new ScriptedArrivals(List.of(bytes(head)), false));
        assertThatThrownBy(reader::next)
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.status().code()).isEqualTo(408));
        assertThat(reader.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n\r\nabc",
                "Content-Length: 65537\r\n\r\nabc",
                "Content-Length: 99999999999999999999999\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
                "Transfer-Encoding: chunked\r\n\r\n10001\r\nabc",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
            })
    void endsConnectionWithoutAwaitingContentOfOtherMethods(String rest) {
        String head = "POST /" + HOST + "Connection: keep-alive\r\n" + rest;
        ScriptedArrivals arrivals = new ScriptedArrivals(List.of(bytes(head)), false);
        Http1RequestReader reader = open(arrivals);
        assertThat(text(reader.next()))
                .startsWith("POST / HTTP/1.1\r\nConnection: close\r\nHost: a\r\n")
                .doesNotContain("keep-alive", "Content-Length", "Transfer-Encoding");
        assertThat(reader.leavesContent()).isTrue();
        assertThat(arrivals.isTimed()).isFalse();
        assertThat(reader.next()).isNull();
        assertThat(continues).isZero();
    }

    @Test
    void sendsContinueForMissingContent() {
        String head = "GET /" + HOST + "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n";
        ScriptedArrivals arrivals =
                new ScriptedArrivals(List.of(bytes(head), bytes("abc" + NEXT)), true);
        Http1RequestReader reader = open(arrivals);
        assertThat(text(reader.next())).contains("Expect: 100-Continue");
        assertThat(continues).isEqualTo(1);
        assertThat(text(reader.next())).isEqualTo(NEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Expect: 100-continue\r\n\r\n",
                "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n",
                "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
                "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Expect: other\r\nContent-Length: 3\r\n\r\nabc",
            })
    void sendsNoContinueForPresentContent(String rest) {
        Http1RequestReader reader =
                open(new ScriptedArrivals(List.of(bytes("GET /" + HOST + rest + NEXT)), true));
        assertThat(reader.next()).isNotNull();
        assertThat(continues).isZero();
        assertThat(text(reader.next())).isEqualTo(NEXT);
    }

    @Test
    void limitRunsFromFirstByteToLastByteOfRequest() {
        ScriptedArrivals arrivals =
                new ScriptedArrivals(List.of(bytes(NEXT + NEXT), bytes("\r\n"), bytes("G")), false);
        Http1RequestReader reader = open(arrivals);
        assertThat(reader.next()).isNotNull();
        assertThat(arrivals.isTimed()).isFalse();
        assertThat(reader.next()).isNotNull();
        assertThat(arrivals.isTimed()).isFalse();
        assertThatThrownBy(reader::next)
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.status().code()).isEqualTo(408));
    }

    @Test
    @Covers({"empty-lines-before-request", "empty-lines-before-request-2"})
    void limitsEmptyLinesBeforeRequest() {
        String most = "\r\n".repeat(Http1Limits.EMPTY_LINES);
        assertThat(read(most + NEXT + most + NEXT).heads()).hasSize(2);
        assertThat(read(NEXT + most + "\r\n" + NEXT))
                .isEqualTo(new ReadRequests(List.of("GET /next"), 400));
    }

    @Test
    void refusalHasFixedDetail() {
        String evil = "GET /evil" + HOST + "Ev il: x\r\n\r\n";
        Http1RequestReader reader = open(new ScriptedArrivals(List.of(bytes(evil)), true));
        assertThatThrownBy(reader::next)
                .isInstanceOfSatisfying(
                        RequestException.class,
                        e ->
                                assertThat(e.request())
                                        .isInstanceOfSatisfying(
                                                RefusedRequest.class,
                                                request -> {
                                                    assertThat(request.method()).isEqualTo("GET");
                                                    assertThat(request.path()).isEqualTo("/evil");
                                                    assertThat(request.protocolVersion())
                                                            .isEqualTo("HTTP/1.1");
                                                    assertThat(request.detail())
                                                            .isEqualTo(
                                                                    "a field name has a byte that"
                                                                            + " is not allowed in a"
                                                                            + " name");
                                                }));
    }
}
