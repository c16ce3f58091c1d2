package io.rangestream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Status;
import io.rangestream.client.ByteRange;
import io.rangestream.client.CommonPrefix;
import io.rangestream.client.InvalidRequestException;
import io.rangestream.client.ListEntry;
import io.rangestream.client.ListedObject;
import io.rangestream.client.NotFoundException;
import io.rangestream.client.ObjectChangedException;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.ObjectRef;
import io.rangestream.client.RangeInputStream;
import io.rangestream.client.RangeNotSatisfiableException;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.client.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** The fake server, used by the SDK. */
final class FakeRangeStreamTest {
    private static final int LENGTH = 3_000_000;

    private final byte[] bytes = new byte[LENGTH];
    private FakeRangeStream server;
    private RangeStreamClient client;

    @BeforeEach
    void start() {
        new Random(7).nextBytes(bytes);
        server = FakeRangeStream.start();
        server.put("demo", "film", bytes);
        client = RangeStreamClient.builder(server.target()).plaintext().retryBudget(2).build();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        server.close();
    }

    /** Random ranges by every way to read, compared with the array. */
    @Test
    void servesTheBytesOfTheArray() throws IOException {
        Random random = new Random(11);
        try (ObjectReader reader = client.open("demo", "film")) {
            for (int i = 0; i < 60; i++) {
                int first = random.nextInt(LENGTH);
                int last = first + random.nextInt(i % 2 == 0 ? 1000 : LENGTH);
                byte[] expected = Arrays.copyOfRange(bytes, first, Math.min(LENGTH, last + 1));
                ByteRange range =
                        i % 7 == 0 ? ByteRange.suffix(LENGTH - first) : ByteRange.of(first, last);
                if (i % 7 == 0) {
                    expected = Arrays.copyOfRange(bytes, first, LENGTH);
                }
                try (InputStream in =
                        i % 3 == 0 ? client.read("demo", "film", range) : reader.stream(range)) {
                    assertThat(in.readAllBytes()).isEqualTo(expected);
                }
                ByteBuffer buffer = ByteBuffer.allocate(1000);
                int count = reader.read(first, buffer);
                assertThat(Arrays.copyOf(buffer.array(), count))
                        .isEqualTo(Arrays.copyOfRange(bytes, first, first + count));
            }
        }
    }

    @Test
    void servesEmptyObject() throws IOException {
        server.put("demo", "empty", new byte[0]);
        try (RangeInputStream in = client.read("demo", "empty", ByteRange.suffix(0))) {
            assertThat(in.firstPos()).isEmpty();
            assertThat(in.readAllBytes()).isEmpty();
        }
    }

    @Test
    void reportsMissingObjectsByTheContract() {
        assertThatThrownBy(() -> client.stat("other", "film"))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        e -> {
                            assertThat(e.reason()).hasValue("BUCKET_NOT_FOUND");
                            assertThat(e.correlationId().orElse("none")).startsWith("fake-");
                        });
        assertThatThrownBy(() -> client.open("demo", "other"))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        e -> assertThat(e.reason()).hasValue("OBJECT_NOT_FOUND"));
        assertThatThrownBy(() -> client.stat(ObjectRef.of("demo", "film").withVersion("7")))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        e -> assertThat(e.reason()).hasValue("VERSION_NOT_FOUND"));
        assertThatThrownBy(() -> client.read("demo", "film", ByteRange.from(LENGTH)))
                .isInstanceOfSatisfying(
                        RangeNotSatisfiableException.class,
                        e -> assertThat(e.completeLength()).hasValue(LENGTH));
        assertThatThrownBy(() -> client.stat("demo", "a/../b"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.fieldViolations()).containsKey("key"));
    }

    @Test
    void replacedObjectHasChangedForItsReaders() throws IOException {
        try (ObjectReader reader = client.open("demo", "film");
                InputStream begun = reader.stream()) {
            assertThat(begun.read()).isEqualTo(bytes[0] & 0xFF);
            String etag = server.replace("demo", "film", bytes);
            assertThatThrownBy(() -> reader.read(0, ByteBuffer.allocate(10)))
                    .isInstanceOfSatisfying(
                            ObjectChangedException.class,
                            e -> assertThat(e.currentEtag()).hasValue(etag));
            assertThatThrownBy(begun::readAllBytes).isInstanceOf(ObjectChangedException.class);
        }
        assertThat(client.stat("demo", "film").completeLength()).isEqualTo(LENGTH);
        server.remove("demo", "film");
        assertThatThrownBy(() -> client.stat("demo", "film")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void eachFailureAppliesToOneCall() throws IOException {
        server.failNext(FakeFailure.of(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE"));
        assertThat(client.stat("demo", "film").completeLength()).isEqualTo(LENGTH);
        assertThat(server.calls()).containsExactly("StatObject", "StatObject");
        server.failNext(FakeFailure.of(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED"));
        server.failNext(
                FakeFailure.of(Status.Code.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
                        .withRetryDelay(Duration.ofHours(1)));
        assertThatThrownBy(() -> client.stat("demo", "film"))
                .hasMessageContaining("UNAUTHENTICATED");
        assertThatThrownBy(() -> client.stat("demo", "film"))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.retryDelay()).hasValue(Duration.ofHours(1)));
    }

    @Test
    void failedReadResumesAtItsPosition() throws IOException {
        server.failNext(FakeFailure.unexplained(Status.Code.INTERNAL).afterBytes(1_000_001));
        server.failNext(FakeFailure.of(Status.Code.UNAVAILABLE, "DRAINING").afterBytes(LENGTH + 1));
        try (RangeInputStream in = client.read("demo", "film", ByteRange.whole())) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(server.calls()).containsExactly("ReadRange", "ReadRange", "ReadRange");
    }

    @Test
    void listsPagesInByteOrder() {
        server.putBucket("bare");
        IntStream.range(0, 2500).forEach(i -> server.put("many", "k" + i, new byte[1]));
        server.put("many", "dir/a", new byte[3]);
        server.put("many", "dir/b", new byte[3]);
        server.put("many", "\uD83D\uDE00", new byte[0]);
        server.put("many", "\uFF01", new byte[0]);
        assertThat(client.buckets()).containsExactly("bare", "demo", "many");
        assertThat(client.list("bare")).isEmpty();
        assertThat(client.list("many").map(ListedObject::key))
                .hasSize(2504)
                .doesNotHaveDuplicates()
                .startsWith("dir/a", "dir/b", "k0", "k1", "k10")
                .endsWith("k999", "\uFF01", "\uD83D\uDE00");
        assertThat(client.list("many", "", "/").limit(2))
                .extracting(ListEntry::name)
                .containsExactly("dir/", "k0");
        assertThat(client.list("many", "dir", "/")).containsExactly(CommonPrefix.of("dir/"));
        assertThat(client.list("many", "dir/", "/").map(ListEntry::name))
                .containsExactly("dir/a", "dir/b");
        assertThat(server.calls()).filteredOn("ListObjects"::equals).hasSizeGreaterThan(5);
    }

    @Test
    void rejectsInvalidArguments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.put("demo", "film", bytes))
                .withMessageContaining("demo/film");
        assertThatIllegalArgumentException().isThrownBy(() -> server.put("", "film", bytes));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.put("demo", "a/..", bytes))
                .withMessageContaining("a/..");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.replace("demo", "other", bytes));
        assertThatIllegalArgumentException().isThrownBy(() -> server.remove("demo", "other"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FakeFailure.of(Status.Code.OK, "FINE"));
        FakeFailure unexplained = FakeFailure.unexplained(Status.Code.ABORTED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> unexplained.withRetryDelay(Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> unexplained.afterBytes(-1))
                .withMessageContaining("-1");
    }

    @Test
    void bytesAreCopied() throws IOException {
        byte[] mine = "abc".getBytes(UTF_8);
        server.put("demo", "copy", mine);
        mine[0] = 'x';
        try (InputStream in = client.read("demo", "copy", ByteRange.whole())) {
            assertThat(in.readAllBytes()).isEqualTo("abc".getBytes(UTF_8));
        }
        assertThat(client.stat("demo", "copy").checksum()).isEqualTo(Optional.empty());
    }
}
