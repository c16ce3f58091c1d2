package io.rangestream.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.fault.TaskGuard;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.LoggedWarnings;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

@Timeout(60)
class ReadersSurvivalTest {
    @AfterEach
    void forgetPeer() {
        ResponseConnection.CURRENT.remove();
    }

    /** A connection that fails at each check of the watchdog. */
    private static final class FailingPeer implements ResponseConnection {
        private final AtomicInteger looks = new AtomicInteger();

        @Override
        public void attach(ActiveResponse reader) {}

        @Override
        public void detach(ActiveResponse reader) {}

        @Override
        public OutputStream outlet(OutputStream body, ActiveResponse reader) {
            return body;
        }

        @Override
        public <T> T receive(Supplier<T> wait) {
            return wait.get();
        }

        @Override
        public void end(ActiveResponse reader) {}

        @Override
        public void abandon(ActiveResponse reader) {}

        @Override
        public void watch() {
            if (looks.getAndIncrement() % 2 == 0) {
                throw new IllegalStateException("by a test");
            }
            throw new StackOverflowError("by a test");
        }

        @Override
        public Optional<RequestFault> requestFault() {
            return Optional.empty();
        }

        @Override
        public void onRequestFault(Consumer<RequestFault> action) {}
    }

    @Test
    @Covers("reader-watchdog-readers-connections")
    void watchdogSurvivesFailingResponse() {
        FailingPeer failing = new FailingPeer();
        try (LoggedWarnings logged = LoggedWarnings.of(TaskGuard.class);
                ActiveResponses readers = new ActiveResponses(PauseLimits.DEFAULT)) {
            ResponseConnection.CURRENT.set(failing);
            try (ActiveResponse _ = readers.openHttp()) {
                ResponseConnection.CURRENT.remove();
                try (ActiveResponse paused = readers.openHttp()) {
                    await().until(() -> failing.looks.get() >= 2);
                    paused.writeBegins();
                    await("another is still watched").until(() -> readers.pausedReads() == 1);
                    paused.writeEnds();
                }
            }
            assertThat(logged.messages()).hasSize(1);
        }
    }
}
