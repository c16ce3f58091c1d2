package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.ScriptedServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A store that sends endlessly is given up after a number of bytes. The fake writes until its
 * connection is closed, and counts.
 */
class StoreBoundsTest {
    private static final ObjectId ID = ObjectId.of("films", "film");

    /** Bytes in socket buffers count too. */
    private static final long BUFFERED = 16L * 1024 * 1024;

    private static final long ENDLESS = 256L * 1024 * 1024;

    private final ScriptedStore scripted = new ScriptedStore(Duration.ofSeconds(20));
    private final AtomicLong sent = new AtomicLong();

    @AfterEach
    void close() {
        scripted.close();
    }

    /** A response with a beginning and an endlessly repeated part. */
    record Flood(String name, String begin, String repeated) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

    static Stream<Flood> floods() {
        String partial = "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/26\r\n";
        return Stream.of(
                new Flood("a status line", "HTTP/1.1 200 ", "O"),
                new Flood("a field", partial + "ETag: \"", "x"),
                new Flood("fields", partial, "x-y: z\r\n"),
                new Flood("a folded field", partial + "x-y: z\r\n", " folded\r\n"),
                new Flood("interim responses", "", "HTTP/1.1 100 Continue\r\n\r\n"),
                new Flood("early hints", "", "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"),
                new Flood("lines before the response", "", "garbage\r\n"),
                new Flood(
                        "an error's body",
                        "HTTP/1.1 404 No\r\nContent-Length: 300000000\r\n\r\n<Error><Message>",
                        "m"),
                new Flood(
                        "an error's elements",
                        "HTTP/1.1 403 No\r\nContent-Length: 300000000\r\n\r\n<Error>",
                        "<a>"),
                new Flood(
                        "chunk extensions of an error",
                        "HTTP/1.1 403 No\r\n" + CHUNKED,
                        "1;ext=" + "e".repeat(4000) + "\r\nx\r\n"),
                new Flood(
                        "one chunk extension of an error",
                        "HTTP/1.1 403 No\r\n" + CHUNKED + "1;ext=",
                        "e"));
    }

    @ParameterizedTest
    @MethodSource("floods")
    @Covers({"response-store-without-end", "head-store-s-response"})
    void givesUpOnAnEndlessResponse(Flood flood) {
        scripted.server.otherwise((_, connection) -> send(connection, flood));
        assertThatThrownBy(() -> scripted.store.open(ID, Optional.empty(), RangeSpec.of(0, 4)))
                .isInstanceOf(ObjectStoreException.class);
        // At most three attempts.
        await().until(() -> scripted.server.answering() == 0);
        assertThat(sent.get()).isLessThan(3 * BUFFERED);
    }

    private void send(Socket connection, Flood flood) {
        byte[] piece =
                flood.repeated
                        .repeat(Math.max(1, 64 * 1024 / flood.repeated.length()))
                        .getBytes(StandardCharsets.ISO_8859_1);
        try {
            OutputStream out = connection.getOutputStream();
            out.write(flood.begin.getBytes(StandardCharsets.ISO_8859_1));
            for (long count = 0; count < ENDLESS; count += piece.length) {
                out.write(piece);
                sent.addAndGet(piece.length);
            }
        } catch (IOException e) {
            // The client closed the connection, as expected.
        }
    }

    @Test
    @Covers("error-body-store")
    void readsTheCodeOfAnEndlessError() {
        scripted.server.otherwise(
                (_, connection) ->
                        send(
                                connection,
                                new Flood(
                                        "",
                                        "HTTP/1.1 503 Slow\r\nRetry-After: 9\r\n"
                                                + CHUNKED
                                                + "fffffff\r\n"
                                                + "<Error><Code>SlowDown</Code><Message>",
                                        "m")));
        assertThatThrownBy(() -> scripted.store.open(ID, Optional.empty(), RangeSpec.of(0, 4)))
                .isInstanceOf(Throttled.class);
        await().until(() -> scripted.server.answering() == 0);
        assertThat(sent.get()).isLessThan(BUFFERED);
    }

    @Test
    void givesUpOnEndlessChunkExtensions() {
        scripted.server.otherwise(
                (_, connection) ->
                        send(
                                connection,
                                new Flood(
                                        "",
                                        "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/26\r\n"
                                                + CHUNKED
                                                + "1;ext=",
                                        "e")));
        assertThatThrownBy(
                        () -> {
                            try (Fetch fetch =
                                    scripted.store.open(ID, Optional.empty(), RangeSpec.of(0, 4))) {
                                fetch.read(new byte[5], 0, 5);
                            }
                        })
                .isInstanceOf(Unavailable.class);
        await().until(() -> scripted.server.answering() == 0);
        assertThat(sent.get()).isLessThan(BUFFERED);
    }

    static Stream<Flood> lists() {
        String head = "HTTP/1.1 200 OK\r\n\r\n";
        String list = head + "<ListBucketResult>";
        return Stream.of(
                new Flood("text", list + "<Name>", "x"),
                new Flood("entries", list, "<Contents><Key>k</Key><Size>1</Size></Contents>"),
                new Flood("elements of an entry", list + "<Contents>", "<A>1</A>"),
                new Flood("depth", list, "<Contents>"),
                new Flood("a tag", list + "<", "x"),
                new Flood("a comment", list + "<!--", "x"),
                new Flood("spaces", head, "  "),
                new Flood("entities", head + "<!DOCTYPE l [<!ENTITY a \"", "x"),
                new Flood("a reference", list + "<Name>&", "x"),
                new Flood("CDATA", list + "<Name><![CDATA[", "]"));
    }

    @ParameterizedTest
    @MethodSource("lists")
    @Covers({"response-store-without-end", "list-page-store"})
    void givesUpOnAnEndlessList(Flood flood) {
        scripted.server.otherwise((_, connection) -> send(connection, flood));
        assertThatThrownBy(
                        () -> scripted.store.list(new Query("films", "", "", 10, Optional.empty())))
                .isInstanceOf(Unavailable.class);
        await().until(() -> scripted.server.answering() == 0);
        assertThat(sent.get()).isLessThan(S3ListPage.MAX_BYTES + BUFFERED);
    }

    @Test
    void usesAnotherConnectionAfterAFlood() {
        scripted.server.then(
                connection ->
                        send(connection, new Flood("", "HTTP/1.1 403 No\r\n" + CHUNKED, "f")));
        assertThatThrownBy(() -> scripted.store.open(ID, Optional.empty(), RangeSpec.of(0, 4)))
                .isInstanceOf(ObjectStoreException.class);
        scripted.thenPartial("abcde", "bytes 0-4/26");
        try (Fetch fetch = scripted.store.open(ID, Optional.empty(), RangeSpec.of(0, 4))) {
            assertThat(fetch.read(new byte[5], 0, 5)).isPositive();
        }
    }

    @Test
    void readsHeadOfNormalSize() {
        scripted.server.then(
                "abcde",
                "HTTP/1.1 206 Partial Content",
                "Content-Range: bytes 0-4/26",
                "Content-Length: 5",
                "x-amz-meta-long: " + "m".repeat(4000),
                ScriptedStore.TAG);
        try (Fetch fetch = scripted.store.open(ID, Optional.empty(), RangeSpec.of(0, 4))) {
            assertThat(fetch.representation().completeLength()).isEqualTo(26);
        }
        assertThat(scripted.server.requests()).extracting(ScriptedServer.Request::line).hasSize(1);
    }
}
