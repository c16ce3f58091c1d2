package io.rangestream.app.rpc;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.HUGE;
import static io.rangestream.app.ServedEndpoints.HUGE_BYTES;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.LAST_MODIFIED;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.client.ByteRange;
import io.rangestream.client.DeadlineExceededException;
import io.rangestream.client.InvalidRequestException;
import io.rangestream.client.ListedObject;
import io.rangestream.client.NotFoundException;
import io.rangestream.client.ObjectChangedException;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.ObjectRef;
import io.rangestream.client.RangeNotSatisfiableException;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.TlsMismatchException;
import io.rangestream.client.UnavailableException;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.store.PatternBytes;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The SDK against a server, over a socket. */
@ServerTest
final class SdkAgainstServerTest {
    private static final ServedEndpoints SERVED = new ServedEndpoints();

    private static RangeStreamClient client;
    private static String target;

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @BeforeAll
    static void connect(WebServer server) {
        target = "127.0.0.1:" + server.port();
        client =
                RangeStreamClient.builder(target)
                        .plaintext()
                        // No retries, so that each failure reaches the test.
                        .retryBudget(0)
                        .build();
    }

    @AfterAll
    static void disconnect() {
        client.close();
        SERVED.close();
    }

    @Test
    void metadataMatchesServer() throws IOException {
        try (ObjectReader object = client.open(FILMS, "A")) {
            assertThat(object.metadata().completeLength()).isEqualTo(26);
            assertThat(object.metadata().etag()).hasValue(SERVED.tag());
            assertThat(object.metadata().lastModified()).hasValue(LAST_MODIFIED);
            assertThat(object.metadata().contentType()).hasValue("text/plain");
            assertThat(object.metadata().versionId()).isEqualTo(SERVED.a.versionId());
        }
    }

    @Test
    void streamReadAndCopyReturnEveryByte(@TempDir Path folder) throws IOException {
        byte[] all = PatternBytes.of(0, MIDDLING_BYTES);
        try (ObjectReader object = client.open(LARGE, MIDDLING)) {
            try (InputStream stream = object.stream()) {
                assertThat(stream.readAllBytes()).isEqualTo(all);
            }
            try (InputStream stream = object.stream(ByteRange.suffix(1000))) {
                assertThat(stream.readAllBytes())
                        .isEqualTo(PatternBytes.of(MIDDLING_BYTES - 1000, 1000));
            }
            ByteBuffer window = ByteBuffer.allocate(5000);
            assertThat(object.read(1_234_567, window)).isEqualTo(5000);
            assertThat(window.array()).isEqualTo(PatternBytes.of(1_234_567, 5000));
            Path copy = folder.resolve("copy");
            object.copyTo(copy);
            assertThat(Files.readAllBytes(copy)).isEqualTo(all);
        }
    }

    @Test
    void vectoredReadReturnsEachRange() throws IOException {
        Random random = new Random(23);
        try (ObjectReader object = client.open(LARGE, HUGE)) {
            List<Long> positions = new ArrayList<>();
            List<ByteRange> ranges = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                // Half of the ranges lie close together, half anywhere.
                long position =
                        i % 2 == 0 ? random.nextLong(3_000_000) : random.nextLong(HUGE_BYTES);
                positions.add(position);
                ranges.add(ByteRange.of(position, position + random.nextInt(20_000)));
            }
            List<CompletableFuture<ByteBuffer>> read =
                    object.readVectored(ranges, ByteBuffer::allocate);
            for (int i = 0; i < ranges.size(); i++) {
                ByteBuffer bytes = read.get(i).join();
                byte[] got = new byte[bytes.remaining()];
                bytes.get(got);
                assertThat(got).isEqualTo(PatternBytes.of(positions.get(i), got.length));
                assertThat(got).isNotEmpty();
            }
            // Checked before the reader is closed, because the close can overtake the half-close.
            await().untilAsserted(
                            () ->
                                    assertThat(SERVED.lines)
                                            .filteredOn(
                                                    line ->
                                                            line.operation()
                                                                    .equals("BidiReadRange"))
                                            .extracting(RequestLine::status)
                                            .containsExactly("OK"));
        }
    }

    @Test
    void readsBeyondFourGibibytes() throws IOException {
        long position = 4L * 1024 * 1024 * 1024 + 7;
        try (ObjectReader object = client.open(LARGE, HUGE)) {
            ByteBuffer window = ByteBuffer.allocate(100);
            assertThat(object.read(position, window)).isEqualTo(100);
            assertThat(window.array()).isEqualTo(PatternBytes.of(position, 100));
        }
    }

    @Test
    void listsObjectsAndBuckets() {
        assertThat(client.buckets()).containsExactly(FILMS, LARGE);
        assertThat(client.list(FILMS).map(ListedObject::key)).contains("A", "E", "O");
    }

    @Test
    void missingObjectBucketOrVersionIsNotFound() {
        assertThatThrownBy(() -> client.open(FILMS, "none")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> client.open("none", "A")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> client.open(ObjectRef.of(FILMS, "A").withVersion("none")))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void invalidKeyIsInvalidRequest() {
        assertThatThrownBy(() -> client.open(FILMS, "a/../b"))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void rangePastEndIsNotSatisfiable() throws IOException {
        try (ObjectReader object = client.open(FILMS, "A")) {
            assertThatThrownBy(() -> object.stream(ByteRange.from(26)))
                    .isInstanceOf(RangeNotSatisfiableException.class);
        }
    }

    @Test
    void replacedObjectIsReportedAsChanged() throws IOException {
        SERVED.memory.put(FILMS, "replaced", ALPHABET, TEXT);
        SERVED.faulty.failAt("replaced", 10, id -> new Changed(id, "now"));
        try (ObjectReader object = client.open(FILMS, "replaced");
                InputStream stream = object.stream()) {
            assertThatThrownBy(stream::readAllBytes).isInstanceOf(ObjectChangedException.class);
        }
    }

    @Test
    void storeFailureIsUnavailableAndRetryable() throws IOException {
        SERVED.memory.put(FILMS, "down", ALPHABET, TEXT);
        SERVED.faulty.failAt("down", 10, id -> new Unavailable(id, "gone", null));
        try (ObjectReader object = client.open(FILMS, "down");
                InputStream stream = object.stream()) {
            assertThatThrownBy(stream::readAllBytes)
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> {
                                assertThat(e.isRetryable()).isTrue();
                                assertThat(e.reason()).hasValue("STORE_UNAVAILABLE");
                                assertThat(SERVED.line(e.correlationId().orElseThrow()))
                                        .isPresent();
                            });
        }
        SERVED.faulty.failAtOpen(
                "busy", id -> new Throttled(id, Optional.of(Duration.ofSeconds(7)), null));
        assertThatThrownBy(() -> client.open(FILMS, "busy"))
                .isInstanceOfSatisfying(
                        RangeStreamException.class,
                        e -> assertThat(e.reason()).hasValue("STORE_THROTTLED"));
    }

    @Test
    void silentStoreExceedsDeadline(WebServer server) throws IOException {
        SERVED.memory.put(FILMS, "silent", ALPHABET, TEXT);
        var _ = SERVED.slow.holdAt("silent", 0);
        try (RangeStreamClient hasty =
                        RangeStreamClient.builder("127.0.0.1:" + server.port())
                                .plaintext()
                                .deadline(Duration.ofMillis(500))
                                .build();
                ObjectReader object = hasty.open(FILMS, "silent");
                InputStream stream = object.stream()) {
            assertThatThrownBy(stream::read).isInstanceOf(DeadlineExceededException.class);
        }
    }

    @Test
    void tlsClientFailsAtOnceAgainstPlaintextServer() {
        try (RangeStreamClient tls = RangeStreamClient.builder(target).build()) {
            assertThatThrownBy(() -> tls.stat(FILMS, "A"))
                    .isInstanceOf(TlsMismatchException.class)
                    .hasMessageContaining(target + " answered without TLS");
        }
    }
}
