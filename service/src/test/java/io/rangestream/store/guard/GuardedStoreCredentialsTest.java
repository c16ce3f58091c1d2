package io.rangestream.store.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.store.FaultyObjectStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * A store that refuses this server's credentials still receives requests; the health check and the
 * log report the refusal.
 */
class GuardedStoreCredentialsTest {
    private static final ObjectId REFUSED = ObjectId.of("films", "refused");
    private static final ObjectId READABLE = ObjectId.of("films", "readable");
    private static final Logger LOGGER = Logger.getLogger(CredentialsWatch.class.getName());

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> codes = new ArrayList<>();
    private final List<LogRecord> logged = new ArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    logged.add(line);
                }

                @Override
                public void flush() {
                    // The handler has no buffer.
                }

                @Override
                public void close() {
                    // The handler has no resources.
                }
            };
    private final GuardedStore store = store();

    private GuardedStore store() {
        InMemoryObjectStore memory =
                InMemoryObjectStore.create(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        memory.put("films", "refused", new byte[1]);
        memory.put("films", "readable", new byte[1]);
        memory.put("films", "archived", new byte[1]);
        FaultyObjectStore faulty = new FaultyObjectStore(memory);
        faulty.failAtOpen(
                "refused", id -> new CredentialsRefused(id, "ExpiredToken", "Renew it.", null));
        faulty.failAtOpen(
                "archived", id -> new Archived(id, Optional.empty(), Optional.empty(), null));
        return new GuardedStore(
                faulty,
                "films",
                ThrottleLimits.DEFAULT,
                CircuitLimits.DEFAULT,
                nanos::get,
                new Random(1));
    }

    @BeforeEach
    void listen() {
        store.onCredentialsRefused(codes::add);
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }

    private void ask(int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> store.head(REFUSED)).isInstanceOf(CredentialsRefused.class);
        }
    }

    @Test
    @Covers("store-refuses-credentials-this")
    void keepsCircuitClosedAndCountsEachRefusal() {
        ask(100);
        assertThat(store.state()).isEqualTo(CircuitState.CLOSED);
        assertThat(store.refusedCredentials()).contains("ExpiredToken");
        assertThat(codes).hasSize(100).containsOnly("ExpiredToken");
    }

    @Test
    void endsWhenAReadIsAccepted() {
        ask(1);
        assertThat(store.head(READABLE).completeLength()).isEqualTo(1);
        assertThat(store.refusedCredentials()).isEmpty();
        ask(1);
        assertThatThrownBy(() -> store.head(ObjectId.of("films", "archived")))
                .isInstanceOf(Archived.class);
        assertThat(store.refusedCredentials()).isEmpty();
    }

    @Test
    void acceptedProbeClearsRefusedReadAfterOneMinute() {
        ask(1);
        store.probe();
        assertThat(store.refusedCredentials()).contains("ExpiredToken");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        store.probe();
        assertThat(store.refusedCredentials()).isEmpty();
    }

    @Test
    @Covers({"store-refuses-credentials-this", "log-lines-about-refused"})
    void warnsOncePerMinuteWithCodeAndAdvice() {
        ask(10);
        assertThat(logged).hasSize(1);
        assertThat(logged.getFirst().getParameters())
                .containsExactly("films", "ExpiredToken", "Renew it.");
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        ask(10);
        assertThat(logged).hasSize(1);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        ask(10);
        assertThat(logged).hasSize(2);
    }
}
