package io.rangestream.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

class FatalErrorsTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Integer> statuses = new CopyOnWriteArrayList<>();
    private final FatalErrors errors = handlerTo(err);
    private Thread.@Nullable UncaughtExceptionHandler before;

    private FatalErrors handlerTo(ByteArrayOutputStream out) {
        return new FatalErrors(new PrintStream(out, true, StandardCharsets.UTF_8), statuses::add);
    }

    @BeforeEach
    void install() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler(errors);
    }

    @AfterEach
    void uninstall() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    private String printed() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Java heap space",
                "Metaspace",
                "Requested array size exceeds VM limit",
                "unable to create native thread",
                "Cannot reserve 1048576 bytes of direct buffer memory"
            })
    @Covers("all-outofmemoryerror")
    void eachOutOfMemoryErrorEndsTheProcess(String message) {
        FatalErrors.check(
                new IllegalStateException("a fetch failed", new OutOfMemoryError(message)));
        assertThat(statuses).containsExactly(3);
        assertThat(printed())
                .isEqualTo(
                        "rangestream exits with status 3: out of memory ("
                                + message
                                + "); increase -Xmx or decrease cache.memory\n");
    }

    @Test
    void uncaughtOutOfMemoryErrorOfAVirtualThreadEndsTheProcess() throws Exception {
        Thread.ofVirtual()
                .start(
                        () -> {
                            throw new OutOfMemoryError("by a test");
                        })
                .join();
        assertThat(statuses).containsExactly(3);
    }

    @Test
    void printsOnlyTheFirstReason() {
        FatalErrors.check(new OutOfMemoryError("first"));
        FatalErrors.check(new OutOfMemoryError("second"));
        FatalErrors.end("third");
        assertThat(statuses).containsExactly(3);
        assertThat(printed().lines()).hasSize(1);
    }

    @Test
    @Covers("helidon-s-timers-helidon")
    void deadThreadOfHelidonEndsTheProcess() throws Exception {
        for (String name :
                List.of(
                        "helidon-http-timer",
                        "helidon-idle-connection-timer",
                        "idle-timeout-handler-@default",
                        "server-@default-listener")) {
            statuses.clear();
            Thread.setDefaultUncaughtExceptionHandler(handlerTo(err));
            Thread.ofPlatform()
                    .name(name)
                    .start(
                            () -> {
                                throw new IllegalStateException("by a test");
                            })
                    .join();
            assertThat(statuses).as(name).containsExactly(3);
            assertThat(printed()).contains("thread " + name + " died of java.lang.Illegal");
        }
    }

    @Test
    void otherErrorIsOnlyLogged() throws Exception {
        try (LoggedWarnings logged = LoggedWarnings.of(FatalErrors.class)) {
            for (int i = 0; i < 3; i++) {
                Thread.ofVirtual()
                        .name("fetch")
                        .start(
                                () -> {
                                    throw new StackOverflowError("by a test");
                                })
                        .join();
            }
            FatalErrors.check(new StackOverflowError());
            assertThat(statuses).isEmpty();
            assertThat(logged.messages()).hasSize(1);
            assertThat(logged.messages().getFirst())
                    .startsWith("uncaught in thread fetch: java.lang.StackOverflowError");
        }
    }

    @Test
    void stuckStandardErrorDoesNotDelayTheExit() {
        CountDownLatch released = new CountDownLatch(1);
        Thread.setDefaultUncaughtExceptionHandler(
                new FatalErrors(stuckUntil(released), statuses::add));
        FatalErrors.check(new OutOfMemoryError());
        assertThat(statuses).containsExactly(3);
        released.countDown();
    }

    @Test
    void interruptedThreadWaitsWithoutSpinning() {
        CountDownLatch released = new CountDownLatch(1);
        Thread.setDefaultUncaughtExceptionHandler(
                new FatalErrors(stuckUntil(released), statuses::add));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Thread.currentThread().interrupt();
        long cpuBefore = threads.getCurrentThreadCpuTime();
        FatalErrors.check(new OutOfMemoryError());
        long cpu = threads.getCurrentThreadCpuTime() - cpuBefore;
        assertThat(Thread.interrupted()).isTrue();
        // The wait takes a second.
        assertThat(Duration.ofNanos(cpu)).isLessThan(Duration.ofMillis(400));
        assertThat(statuses).containsExactly(3);
        released.countDown();
    }

    private PrintStream stuckUntil(CountDownLatch released) {
        return new PrintStream(err) {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    @Test
    void hasNoEffectUnlessInstalled() {
        Thread.setDefaultUncaughtExceptionHandler(before);
        FatalErrors.check(new OutOfMemoryError());
        FatalErrors.end("by a test");
        assertThat(statuses).isEmpty();
    }
}
