package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

final class BearerTokenTest {
    @Test
    void tokenIsAskedForAtEachCall() throws IOException {
        AtomicInteger renewed = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(100));
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .bearerToken(() -> "t" + renewed.incrementAndGet())
                                .build();
                ObjectReader reader = client.open(BUCKET, KEY)) {
            assertThat(reader.read(0, ByteBuffer.allocate(10))).isEqualTo(10);
            assertThat(server.authorizations).containsExactly("Bearer t1", "Bearer t2");
        }
    }

    @Test
    void withoutOneNobodyIsNamed() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(100));
                RangeStreamClient client = server.client()) {
            client.stat(BUCKET, KEY);
            assertThat(server.authorizations).containsExactly("");
        }
    }

    @Test
    void tokenThatCanNotBeHadIsAFailureThatDoesNotTellIt() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(100));
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .bearerToken(
                                        () -> {
                                            throw new IllegalStateException("secret");
                                        })
                                .build()) {
            assertThatThrownBy(() -> client.stat(BUCKET, KEY))
                    .isInstanceOf(UnauthenticatedException.class)
                    .hasMessageContaining("no bearer token")
                    .hasMessageNotContaining("secret");
            assertThat(server.stats).isEmpty();
        }
    }
}
