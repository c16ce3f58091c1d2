package io.rangestream.requestlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;

import io.rangestream.fault.TaskGuard;
import io.rangestream.requestlog.RequestLine.Outcome;
import io.rangestream.store.ObjectId;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

@Timeout(60)
class RequestLogTest {
    /** More lines than the queue and the writer thread can hold. */
    private static final int MANY = 20_000;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    /** An output that blocks until it is released. */
    private static final class StuckOutput extends PrintStream {
        private final CountDownLatch stuck = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        StuckOutput(ByteArrayOutputStream out) {
            super(out, true, StandardCharsets.UTF_8);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            stuck.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.write(bytes, offset, length);
        }
    }

    @Test
    void writesLinesInOrder() {
        try (RequestLog log =
                new RequestLog(new PrintStream(written, false, StandardCharsets.UTF_8))) {
            for (int i = 0; i < 1000; i++) {
                log.accept(line(i));
            }
            assertThat(log.dropped()).isZero();
        }
        assertThat(numbers()).hasSize(1000).isSorted().startsWith(0).endsWith(999);
    }

    @Test
    void stuckOutputDropsAndCountsLinesWithoutBlocking() throws InterruptedException {
        StuckOutput out = new StuckOutput(written);
        RequestLog log = new RequestLog(out);
        log.accept(line(0));
        out.stuck.await();
        for (int i = 1; i < MANY; i++) {
            log.accept(line(i));
        }
        long dropped = log.dropped();
        assertThat(dropped).isPositive().isLessThan(MANY);
        out.released.countDown();
        log.close();
        assertThat(log.dropped()).isEqualTo(dropped);
        assertThat(numbers()).hasSize((int) (MANY - dropped)).isSorted();
    }

    @Test
    void closeWritesFullQueue() throws InterruptedException {
        StuckOutput out = new StuckOutput(written);
        RequestLog log = new RequestLog(out);
        log.accept(line(0));
        out.stuck.await();
        int accepted = 1;
        for (int i = 1; log.dropped() == 0; i++) {
            log.accept(line(i));
            accepted = i;
        }
        Thread closing = Thread.ofVirtual().start(log::close);
        out.released.countDown();
        closing.join();
        assertThat(numbers()).hasSize(accepted);
    }

    @Test
    void closeDoesNotWaitForStuckOutput() throws InterruptedException {
        StuckOutput out = new StuckOutput(written);
        RequestLog log = new RequestLog(out);
        log.accept(line(0));
        out.stuck.await();
        log.close();
        assertThat(written.size()).isZero();
        out.released.countDown();
    }

    @Test
    void lineAfterCloseIsCountedAsDropped() {
        RequestLog log = new RequestLog(new PrintStream(written, false, StandardCharsets.UTF_8));
        log.accept(line(0));
        log.close();
        log.close();
        log.accept(line(1));
        assertThat(log.dropped()).isEqualTo(1);
        assertThat(numbers()).containsExactly(0);
    }

    /** Large lines fill the queue by bytes before its number of lines. */
    @Test
    @Covers("lines-request-log-wait")
    void stuckOutputHoldsBoundedMemory() throws InterruptedException {
        StuckOutput out = new StuckOutput(written);
        RequestLog log = new RequestLog(out);
        log.accept(line(0));
        out.stuck.await();
        String large = "x".repeat(100_000);
        for (int i = 1; i < MANY; i++) {
            log.accept(
                    new RequestLine(
                            Instant.EPOCH,
                            large,
                            large,
                            large,
                            Optional.of(new ObjectId(large, "k".repeat(1024), Optional.of(large))),
                            Optional.of(large),
                            large,
                            Outcome.COMPLETE,
                            Optional.of(large),
                            Optional.of(large),
                            i,
                            Map.of(),
                            Optional.empty(),
                            Duration.ZERO));
            assertThat(log.queuedBytes()).isLessThanOrEqualTo(RequestLog.QUEUE_BYTES);
        }
        long dropped = log.dropped();
        assertThat(dropped).isBetween(MANY - 2000L, MANY - 500L);
        out.released.countDown();
        log.close();
        assertThat(log.queuedBytes()).isZero();
        assertThat(numbers()).hasSize((int) (MANY - dropped)).isSorted();
    }

    @Test
    @Covers("lines-about-refused-requests")
    void limitsRefusedRequestsPerSecond() {
        AtomicLong now = new AtomicLong();
        RequestLog log =
                new RequestLog(new PrintStream(written, false, StandardCharsets.UTF_8), now::get);
        for (int i = 0; i < 1000; i++) {
            log.accept(refused());
        }
        assertThat(log.dropped()).isEqualTo(1000 - RequestLog.MAX_REFUSED_PER_SECOND);
        log.accept(line(7));
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        log.accept(refused());
        log.close();
        assertThat(log.dropped()).isEqualTo(1000 - RequestLog.MAX_REFUSED_PER_SECOND);
        assertThat(numbers()).hasSize(RequestLog.MAX_REFUSED_PER_SECOND + 2).contains(7);
    }

    @Test
    @Covers("request-log")
    void writerContinuesAfterOutputThrows() throws InterruptedException {
        CountDownLatch thrown = new CountDownLatch(2);
        PrintStream out =
                new PrintStream(written, true, StandardCharsets.UTF_8) {
                    @Override
                    public void println(String text) {
                        if (thrown.getCount() > 0) {
                            thrown.countDown();
                            if (thrown.getCount() > 0) {
                                throw new IllegalStateException("by a test");
                            }
                            throw new StackOverflowError("by a test");
                        }
                        super.println(text);
                    }
                };
        try (LoggedWarnings logged = LoggedWarnings.of(TaskGuard.class)) {
            RequestLog log = new RequestLog(out);
            log.accept(line(0));
            log.accept(line(1));
            thrown.await();
            log.accept(line(2));
            log.close();
            assertThat(numbers()).containsExactly(2);
            assertThat(logged.messages()).hasSize(1);
            assertThat(log.dropped()).isEqualTo(2);
            assertThat(log.queuedBytes()).isZero();
        }
    }

    private static RequestLine refused() {
        return RequestLine.refused(
                Instant.EPOCH, "0123456789abcdef", "1.1", "GET", 400, "invalid-request");
    }

    private List<Integer> numbers() {
        return written.toString(StandardCharsets.UTF_8)
                .lines()
                .map(text -> JsonParser.parseString(text).getAsJsonObject().get("bytes").getAsInt())
                .toList();
    }

    private static RequestLine line(int number) {
        return new RequestLine(
                Instant.EPOCH,
                "0123456789abcdef",
                "HTTP/1.1",
                "GET",
                Optional.empty(),
                Optional.empty(),
                "200",
                Outcome.COMPLETE,
                Optional.empty(),
                Optional.empty(),
                number,
                Map.of(),
                Optional.empty(),
                Duration.ZERO);
    }
}
