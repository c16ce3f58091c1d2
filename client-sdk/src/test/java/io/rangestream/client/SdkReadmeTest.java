package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The SDK's README shows samples that are compiled, and that do what they say. */
final class SdkReadmeTest {
    private static final Path SDK =
            Path.of(System.getProperty("rangestream.root", "..")).resolve("client-sdk");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SAMPLE =
            Pattern.compile("// sample:start\n(.*?)\n *// sample:end", Pattern.DOTALL);

    @TempDir private Path directory;

    @Test
    void blocksAreTheSamplesInTheirOrder() throws IOException {
        String readme = Files.readString(SDK.resolve("README.md"));
        String source =
                Files.readString(
                        SDK.resolve("src/test/java/io/rangestream/client/SdkReadmeSamples.java"));
        List<String> blocks = BLOCK.matcher(readme).results().map(r -> r.group(1)).toList();
        assertThat(blocks)
                .hasSize(5)
                .isEqualTo(
                        SAMPLE.matcher(source)
                                .results()
                                .map(r -> r.group(1).stripIndent() + "\n")
                                .toList());
    }

    @Test
    void samplesDoWhatTheySay() throws IOException {
        try (ScriptedServer server =
                        new ScriptedServer(
                                ScriptedObject.ofLength(3_000_000).inChunksOf(256 * 1024));
                RangeStreamClient client = server.client();
                ObjectReader film = client.open(BUCKET, KEY)) {
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
}
