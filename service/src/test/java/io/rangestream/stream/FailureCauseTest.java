package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;

import org.junit.jupiter.api.Test;

class FailureCauseTest {
    @Test
    void storeFailureIsItsMessage() {
        assertThat(FailureCause.of(new Unavailable("films/a", "answered 400", null)))
                .contains("films/a: store unavailable: answered 400");
    }

    @Test
    void invalidRequestIsItsViolations() {
        assertThat(FailureCause.of(new InvalidRequestException("key", "is empty")))
                .contains("key is empty");
    }

    @Test
    void cancelledReadHasNoCause() {
        assertThat(FailureCause.of(new ReadCancelledException())).isEmpty();
    }

    @Test
    void unexpectedFailureIncludesItsPlace() {
        assertThat(FailureCause.of(new IllegalStateException("odd")).orElseThrow())
                .startsWith("java.lang.IllegalStateException: odd at io.rangestream.stream.")
                .contains("FailureCauseTest");
    }
}
