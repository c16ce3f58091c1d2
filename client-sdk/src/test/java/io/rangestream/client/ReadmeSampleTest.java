package io.rangestream.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

final class ReadmeSampleTest {
    @TempDir private Path directory;

    @Test
    void sampleWorks() throws IOException {
        ScriptedObject film = ScriptedObject.ofLength(5_500_000).inChunksOf(256 * 1024);
        Path copy = directory.resolve("film.mp4");
        try (ScriptedServer server = new ScriptedServer(film)) {
            ReadmeSample.read(server.target(), copy);
            assertThat(server.reads).hasSize(2);
        }
        assertThat(copy).hasBinaryContent(ScriptedObject.bytes(0, 5_500_000));
    }
}
