package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.client.ScriptedServer.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

final class DownloadToTest {
    /** Ten parts of 1 MiB; the last one is shorter. */
    private static final int LENGTH = 10_000_000;

    private static final int MIB = 1024 * 1024;
    private static final ScriptedObject OBJECT =
            ScriptedObject.ofLength(LENGTH).inChunksOf(100_000);
    private static final DownloadOptions OPTIONS = DownloadOptions.defaults().withParts(10);

    @TempDir private Path directory;
    private Path file;
    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("film.mp4");
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
    void joinsPartsAndLeavesNoOtherFile() throws IOException {
        Files.writeString(file, "old");
        reader.downloadTo(file, OPTIONS);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, LENGTH));
        assertThat(names()).containsExactly("film.mp4");
        assertThat(firstPositions(0)).hasSize(10).contains(0L, (long) MIB, 9L * MIB);
    }

    @Test
    void downloadsWithOnePart() throws IOException {
        reader.downloadTo(file, DownloadOptions.defaults().withParts(1));
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, LENGTH));
        assertThat(server.reads).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withParts(0));
        assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withParts(65));
    }

    @Test
    void writesEmptyFileForEmptyObject() throws IOException {
        try (ScriptedServer empty = new ScriptedServer(ScriptedObject.ofLength(0));
                RangeStreamClient its = empty.client();
                ObjectReader nothing = its.open(BUCKET, KEY)) {
            nothing.downloadTo(file, OPTIONS);
            assertThat(file).isEmptyFile();
            assertThat(names()).containsExactly("film.mp4");
        }
    }

    @Test
    void listenerRunsOnCallersThreadAndBytesNeverDecrease() throws IOException {
        List<Long> told = new ArrayList<>();
        Set<Thread> threads = new HashSet<>();
        reader.downloadTo(
                file,
                OPTIONS.withProgress(
                        (bytesSoFar, totalBytes) -> {
                            told.add(bytesSoFar);
                            threads.add(Thread.currentThread());
                            assertThat(totalBytes).isEqualTo(LENGTH);
                        }));
        assertThat(threads).containsExactly(Thread.currentThread());
        assertThat(told).isSorted().startsWith(0L).endsWith((long) LENGTH).doesNotHaveDuplicates();
    }

    /** It ends long before the idle timeout of the hanging reads. */
    @Test
    @Timeout(10)
    void exceptionOfListenerEndsTheDownload() throws IOException {
        server.read = request -> Answer.hanging(OBJECT.parts(request).subList(0, 3));
        assertThatThrownBy(
                        () ->
                                reader.downloadTo(
                                        file,
                                        OPTIONS.withProgress(
                                                (bytesSoFar, totalBytes) -> {
                                                    if (bytesSoFar > 0) {
                                                        throw new IllegalStateException("enough");
                                                    }
                                                })))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
        assertThat(names()).isEmpty();
        await().atMost(Duration.ofSeconds(1))
                .until(() -> server.readsCancelled.get() == server.reads.size());
    }

    @Test
    void rejectsSecondDownloadToOneFile() throws IOException {
        assertThatThrownBy(
                        () ->
                                reader.downloadTo(
                                        file,
                                        OPTIONS.withProgress((some, all) -> downloadUnchecked())))
                .rootCause()
                .isInstanceOf(OverlappingFileLockException.class);
        reader.downloadTo(file, OPTIONS);
        assertThat(names()).containsExactly("film.mp4");
    }

    private void downloadUnchecked() {
        try {
            reader.downloadTo(file, OPTIONS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void namesUnwritableTargets() throws IOException {
        assertThatThrownBy(() -> reader.downloadTo(directory, OPTIONS))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("is a directory");
        Path missing = directory.resolve("missing/film.mp4");
        assertThatThrownBy(() -> reader.downloadTo(missing, OPTIONS))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(missing.toString());
        assertThat(server.reads).isEmpty();
        reader.downloadTo(directory.resolve("n".repeat(255)), OPTIONS);
        assertThat(names()).hasSize(1);
    }

    private List<Long> firstPositions(int fromRead) {
        return server.reads.subList(fromRead, server.reads.size()).stream()
                .map(read -> read.getIntRange().getFirstPos())
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
