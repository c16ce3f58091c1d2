package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

final class CopyToTest {
    private static final int LENGTH = 2_500_000;
    private static final ScriptedObject OBJECT =
            ScriptedObject.ofLength(LENGTH).inChunksOf(100_000);

    @TempDir private Path directory;
    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        client = server.client();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void writesAllBytesAndLeavesNoOtherFile() throws IOException {
        Path file = directory.resolve("copy");
        reader.copyTo(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, LENGTH));
        assertThat(names()).containsExactly("copy");
    }

    @Test
    void replacesExistingFile() throws IOException {
        Path file = Files.writeString(directory.resolve("copy"), "old");
        reader.copyTo(file);
        assertThat(file).hasSize(LENGTH);
        assertThat(names()).containsExactly("copy");
    }

    @Test
    void acceptsLongestFileName() throws IOException {
        Path file = directory.resolve("n".repeat(255));
        reader.copyTo(file);
        assertThat(file).hasSize(LENGTH);
    }

    @Test
    void failureLeavesNoFile() throws IOException {
        server.read =
                request ->
                        Answer.failing(
                                OBJECT.parts(request).subList(0, 20),
                                ScriptedServer.failure(
                                        Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE"));
        assertThatThrownBy(() -> reader.copyTo(directory.resolve("copy")))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.position()).hasValue(1_900_000));
        assertThat(names()).isEmpty();
    }

    @Test
    void failureKeepsExistingFile() throws IOException {
        Path file = Files.writeString(directory.resolve("copy"), "old");
        server.read = request -> Answer.complete(OBJECT.parts(request).subList(0, 26).iterator());
        assertThatThrownBy(() -> reader.copyTo(file)).isInstanceOf(IncompleteReadException.class);
        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("copy");
    }

    @Test
    void rejectsUnwritableTargets() throws IOException {
        assertThatThrownBy(() -> reader.copyTo(directory))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("is a directory");
        assertThat(server.reads).isEmpty();
        assertThatThrownBy(() -> reader.copyTo(directory.resolve("missing/copy")))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(names()).isEmpty();
    }

    @Test
    void writesEmptyFileForEmptyObject() throws IOException {
        try (ScriptedServer empty = new ScriptedServer(ScriptedObject.ofLength(0));
                RangeStreamClient its = empty.client();
                ObjectReader nothing = its.open(BUCKET, KEY)) {
            nothing.copyTo(directory.resolve("empty"));
            assertThat(directory.resolve("empty")).isEmptyFile();
            assertThat(nothing.stream(ByteRange.of(3, 9)).read()).isEqualTo(-1);
            assertThat(nothing.stream(ByteRange.suffix(0)).read()).isEqualTo(-1);
            assertThat(empty.reads).allMatch(request -> !request.hasIntRange());
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
