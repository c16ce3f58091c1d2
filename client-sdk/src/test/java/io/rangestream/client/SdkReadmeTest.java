package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The blocks of Java in the SDK's README are samples that are compiled and run. */
final class SdkReadmeTest {
    private static final Path SDK =
            Path.of(System.getProperty("rangestream.root", "..")).resolve("client-sdk");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SAMPLE =
            Pattern.compile("// sample:start\n(.*?)\n *// sample:end", Pattern.DOTALL);

    @TempDir private Path directory;

    @Test
    void blocksEqualTheSamples() throws IOException {
        String readme = Files.readString(SDK.resolve("README.md"));
        List<String> blocks = BLOCK.matcher(readme).results().map(r -> r.group(1)).toList();
        assertThat(blocks)
                .hasSize(12)
                .isEqualTo(
                        Stream.of(
                                        "src/test/java/io/rangestream/client/SdkReadmeSamples.java",
                                        // Compiled and run in the test kit, because the SDK does
                                        // not depend on it.
                                        "testkit/src/test/java/io/rangestream/testkit/ReadmeSampleTest.java",
                                        // Compiled and run by ModulePathIT.
                                        "testkit/src/test/module/module-info.java")
                                .flatMap(SdkReadmeTest::samples)
                                .toList());
    }

    private static Stream<String> samples(String file) {
        try {
            return SAMPLE.matcher(Files.readString(SDK.resolve(file)))
                    .results()
                    .map(r -> r.group(1).stripIndent() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void samplesWork() throws IOException {
        try (ScriptedServer server =
                        new ScriptedServer(
                                ScriptedObject.ofLength(3_000_000).inChunksOf(256 * 1024));
                RangeStreamClient client = server.client();
                ObjectReader film = client.open(BUCKET, KEY)) {
            assertThat(SdkReadmeSamples.oneCall(client))
                    .isEqualTo(ScriptedObject.bytes(3_000_000 - 4096, 4096));
            assertThat(SdkReadmeSamples.version(client).key()).isEqualTo(KEY);
            assertThat(server.stats.get(server.stats.size() - 1).getVersionId()).isEqualTo("7");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(SdkReadmeSamples.within(film, out)).isEqualTo(3_000_000);
            SdkReadmeSamples.vectored(film);
            AtomicLong published = new AtomicLong();
            SdkReadmeSamples.publisher(film, summing(published));
            await().until(() -> published.get() == 1_000_000);
            assertThat(SdkReadmeSamples.channel(client)).isEqualTo(16);
            assertThat(SdkReadmeSamples.async(film)).isEqualTo(8192);
            Path file = directory.resolve("film");
            SdkReadmeSamples.download(film, file);
            assertThat(file).hasBinaryContent(ScriptedObject.bytes(0, 3_000_000));
            server.stat =
                    request -> {
                        throw ScriptedServer.failure(Status.Code.NOT_FOUND, "OBJECT_NOT_FOUND");
                    };
            assertThat(SdkReadmeSamples.failure(client)).isEqualTo("OBJECT_NOT_FOUND");
            SdkReadmeSamples.client("films.example:443", () -> "token").close();
        }
    }

    private static Flow.Subscriber<ByteBuffer> summing(AtomicLong total) {
        return new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer item) {
                total.addAndGet(item.remaining());
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onComplete() {}
        };
    }
}
