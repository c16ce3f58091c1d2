package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

final class BearerTokenTest {
    @Test
    void refusesTokenOverPlaintextUnlessAllowed() {
        RangeStreamClientBuilder builder =
                RangeStreamClient.builder("127.0.0.1:1").plaintext().bearerToken(() -> "t");
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage(
                        "a bearer token would be sent without TLS; remove plaintext(), or call"
                                + " allowBearerTokenOverPlaintext()");
        builder.allowBearerTokenOverPlaintext().build().close();
    }

    @Test
    void acceptsTokenOverTls() {
        RangeStreamClient.builder("127.0.0.1:1").bearerToken(() -> "t").build().close();
    }

    @Test
    void suppliesTokenForEachCall() throws IOException {
        AtomicInteger renewed = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(100));
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .allowBearerTokenOverPlaintext()
                                .bearerToken(() -> "t" + renewed.incrementAndGet())
                                .build();
                ObjectReader reader = client.open(BUCKET, KEY)) {
            assertThat(reader.read(0, ByteBuffer.allocate(10))).isEqualTo(10);
            assertThat(server.authorizations).containsExactly("Bearer t1", "Bearer t2");
        }
    }

    @Test
    void sendsNoAuthorizationWithoutToken() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(100));
                RangeStreamClient client = server.client()) {
            client.stat(BUCKET, KEY);
            assertThat(server.authorizations).containsExactly("");
        }
    }

    @Test
    void failingSupplierIsReportedWithoutItsMessage() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(100));
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target())
                                .plaintext()
                                .allowBearerTokenOverPlaintext()
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
