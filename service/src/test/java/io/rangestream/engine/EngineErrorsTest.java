package io.rangestream.engine;

import static io.rangestream.engine.WatchedObject.LENGTH;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ReadHandle;
import io.rangestream.testkit.Covers;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Optional;

/**
 * Tests an Error, for example an OutOfMemoryError: it fails the waiting readers, not later ones.
 */
class EngineErrorsTest {
    private final WatchedObject object = new WatchedObject();
    private final EngineUnderTest engine = new EngineUnderTest(object.store);

    /** An Error that does not stop the test runner. */
    private static final class TestError extends Error {
        TestError() {
            super("by a test", null, false, false);
        }
    }

    private static void fail() {
        throw new TestError();
    }

    @AfterEach
    void close() {
        assertThat(engine.gate.inUse()).isZero();
        engine.close();
    }

    private void assertReadable() {
        try (ReadHandle read = engine.open(WatchedObject.ALL)) {
            assertThat(EngineUnderTest.bytes(read, 0, LENGTH - 1)).isEqualTo(object.bytes);
        }
        Awaitility.await().until(() -> engine.gate.inUse() == 0);
    }

    @Test
    void errorInMetadataGetFailsOpen() {
        object.store.beforeOpen = EngineErrorsTest::fail;
        assertThatThrownBy(() -> engine.open(RangeSpec.of(0, 9)))
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(TestError.class);
        object.store.beforeOpen = () -> {};
        assertReadable();
    }

    @Test
    void errorInHeadFailsOpen() {
        object.store.beforeHead = EngineErrorsTest::fail;
        assertThatThrownBy(() -> engine.open(Optional.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(TestError.class);
        object.store.beforeHead = () -> {};
        assertReadable();
    }

    @Test
    @Covers("fetch-lookup-each-request")
    void errorInFetchFailsReadWithoutRetry() {
        try (ReadHandle read = engine.open(Optional.empty())) {
            object.store.beforeRead = _ -> fail();
            read.select(new ResolvedRange(0, 9));
            assertThatThrownBy(read::advance)
                    .isInstanceOf(IllegalStateException.class)
                    .hasCauseInstanceOf(TestError.class);
            assertThat(object.store.opens).as("no retry").hasSize(1);
        }
        object.store.beforeRead = _ -> {};
        assertReadable();
    }
}
