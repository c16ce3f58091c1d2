package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/** Reads with a deadline for the whole read. */
final class ReadOptionsTest {
    private static final int LENGTH = 3500;
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);

    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        client = RangeStreamClient.builder(server.target()).plaintext().build();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static ReadOptions within(long millis) {
        return ReadOptions.defaults().withDeadline(Duration.ofMillis(millis));
    }

    /** The two ways to read a range. */
    private InputStream start(boolean opened, ReadOptions options) throws IOException {
        return opened
                ? reader.stream(ByteRange.whole(), options)
                : client.read(ObjectRef.of(BUCKET, KEY), ByteRange.whole(), options);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readWithinTheDeadlineSucceeds(boolean opened) throws IOException {
        try (InputStream in = start(opened, within(60_000))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(0, LENGTH));
        }
        assertThat(server.timeouts).last().asString().isNotEmpty();
    }

    @Test
    void sendsNoTimeoutWithoutDeadline() throws IOException {
        try (InputStream in = start(true, ReadOptions.defaults())) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(0, LENGTH));
        }
        assertThat(server.timeouts).last().asString().isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void exceededDeadlineEndsTheReadWithoutResume(boolean opened) throws IOException {
        server.read = request -> Answer.hanging(OBJECT.parts(request).subList(0, 2));
        try (InputStream in = start(opened, within(300))) {
            assertThat(in.readNBytes(1000)).isEqualTo(bytes(0, 1000));
            assertThatThrownBy(in::read)
                    .isInstanceOfSatisfying(
                            DeadlineExceededException.class,
                            e -> assertThat(e.position()).hasValue(1000));
        }
        assertThat(server.reads).hasSize(1);
        await().untilAsserted(() -> assertThat(server.readsCancelled).hasValue(1));
    }

    /** The deadline applies to all retries together, and no pause is started that exceeds it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void retriesStayWithinTheDeadline(boolean opened) throws IOException {
        server.read =
                request -> {
                    int messages = request.hasIfMatch() ? 1 : 2;
                    return Answer.failing(
                            OBJECT.parts(request).subList(0, messages),
                            Status.UNAVAILABLE.asRuntimeException());
                };
        long before = System.nanoTime();
        try (InputStream in = start(opened, within(1500))) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOfAny(UnavailableException.class, DeadlineExceededException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
        assertThat(server.reads).hasSizeBetween(2, 6);
    }

    @Test
    void deadlineLimitsTheWaitForTheHeader() {
        server.read = request -> Answer.hanging(List.of());
        assertThatThrownBy(() -> start(false, within(200)))
                .isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void rejectsDeadlineThatIsNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> within(0))
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> within(-1))
                .withMessageContaining("PT-0.001S");
    }
}
