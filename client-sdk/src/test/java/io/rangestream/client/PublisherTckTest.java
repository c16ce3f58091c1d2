package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.StatObjectResponse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;

/** Runs the Technology Compatibility Kit of Reactive Streams by TestNG. */
final class PublisherTckTest {
    @Test
    void publisherPassesTheTck() throws IOException {
        TestListenerAdapter results = new TestListenerAdapter();
        try (ScriptedServer server = new ScriptedServer(ScriptedObject.ofLength(0));
                RangeStreamClient client = server.client()) {
            server.stat =
                    request ->
                            StatObjectResponse.newBuilder()
                                    .setMetadata(Rules.object(request.getKey()).metadata())
                                    .build();
            server.read =
                    request -> Answer.complete(Rules.object(request.getKey()).answer(request));
            Rules.client = client;
            TestNG kit = new TestNG(false);
            kit.setVerbose(0);
            kit.setOutputDirectory("target/testng");
            kit.setTestClasses(new Class<?>[] {Rules.class});
            kit.addListener(results);
            kit.run();
        }
        assertThat(results.getFailedTests())
                .extracting(ITestResult::getName, ITestResult::getThrowable)
                .isEmpty();
        assertThat(results.getConfigurationFailures()).isEmpty();
        // All tests except those of optional rules, which the kit skips.
        assertThat(results.getPassedTests()).hasSizeGreaterThanOrEqualTo(30);
    }

    /** The kit's tests, for objects with the requested number of chunks. */
    public static final class Rules extends FlowPublisherVerification<ByteBuffer> {
        private static final int CHUNK_BYTES = 10;

        /** TestNG instantiates this class. */
        static @Nullable RangeStreamClient client;

        /** For TestNG. */
        public Rules() {
            super(new TestEnvironment(1000, 100));
        }

        /** The object's key is the number of its chunks. */
        static ScriptedObject object(String key) {
            ScriptedObject object =
                    ScriptedObject.ofLength(Long.parseLong(key) * CHUNK_BYTES)
                            .inChunksOf(CHUNK_BYTES);
            return object.with(object.metadata().toBuilder().setKey(key).build());
        }

        private static ObjectReader reader(long elements) {
            try {
                return Objects.requireNonNull(client).open(BUCKET, Long.toString(elements));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public long maxElementsFromPublisher() {
            return Long.MAX_VALUE / CHUNK_BYTES;
        }

        @Override
        public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
            return reader(elements).publisher(ByteRange.whole());
        }

        @Override
        public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
            ObjectReader reader = reader(1);
            reader.close();
            return reader.publisher(ByteRange.whole());
        }
    }
}
