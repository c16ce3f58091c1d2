package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.ReadRangeRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Failed downloads, and the downloads that resume them. */
final class DownloadResumeTest {
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
    void nextDownloadResumesWithCompleteParts() throws IOException {
        failAt(3 * MIB);
        assertThatThrownBy(() -> reader.downloadTo(file, OPTIONS))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.position()).hasValue(3 * MIB + 100_000L));
        assertThat(names()).hasSize(2).doesNotContain("film.mp4");
        int before = server.reads.size();

        server.read = request -> Answer.complete(OBJECT.answer(request));
        List<Long> told = new ArrayList<>();
        DownloadOptions next = OPTIONS.withParts(2).withProgress((some, all) -> told.add(some));
        reader.downloadTo(file, next);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, LENGTH));
        assertThat(names()).containsExactly("film.mp4");
        assertThat(firstPositions(before)).contains(3L * MIB).hasSizeLessThan(10);
        assertThat(told.get(0)).isBetween(1L * MIB, 9L * MIB);
    }

    @Test
    void ignoresPartsOfAnotherVersion() throws IOException {
        leaveSome();
        ScriptedObject other = OBJECT.with(OBJECT.metadata().toBuilder().setEtag("\"v2\"").build());
        try (ScriptedServer itsServer = new ScriptedServer(other);
                RangeStreamClient its = itsServer.client();
                ObjectReader newer = its.open(BUCKET, KEY)) {
            newer.downloadTo(file, OPTIONS);
            assertThat(itsServer.reads).hasSize(10);
            assertThat(names()).containsExactly("film.mp4");
        }
    }

    @Test
    void startsAnewIfStateIsDamagedOrFileIsShort() throws IOException {
        for (String damaged : List.of("state", "state", "part")) {
            leaveSome();
            Path left = left(damaged);
            byte[] content = Files.readAllBytes(left);
            if (damaged.equals("state")) {
                content[content.length / 2] ^= 1;
            }
            Files.write(left, damaged.equals("part") ? new byte[10] : content);
            int before = server.reads.size();
            reader.downloadTo(file, OPTIONS);
            assertThat(firstPositions(before)).hasSize(10);
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, LENGTH));
        }
    }

    @Test
    void neverResumesWithoutStrongTagAndVersion() throws IOException {
        ScriptedObject weak =
                OBJECT.with(OBJECT.metadata().toBuilder().setEtag("W/\"v1\"").build());
        try (ScriptedServer itsServer = new ScriptedServer(weak);
                RangeStreamClient its = itsServer.client();
                ObjectReader any = its.open(BUCKET, KEY)) {
            itsServer.read = request -> answerUnlessAt(weak, request, 9 * MIB);
            assertThatThrownBy(() -> any.downloadTo(file, OPTIONS))
                    .isInstanceOf(UnavailableException.class);
            assertThat(names()).isEmpty();
            itsServer.read = request -> Answer.complete(weak.answer(request));
            any.downloadTo(file, OPTIONS);
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, LENGTH));
        }
    }

    @Test
    void leavesNoFileIfNotResumableOrChanged() throws IOException {
        server.read = request -> answerUnlessAt(OBJECT, request, 9 * MIB);
        assertThatThrownBy(() -> reader.downloadTo(file, OPTIONS.withResume(false)))
                .isInstanceOf(UnavailableException.class);
        assertThat(names()).isEmpty();
        server.read =
                request ->
                        request.getIntRange().getFirstPos() == 9L * MIB
                                ? Answer.failing(
                                        List.of(),
                                        ScriptedServer.failure(
                                                Status.Code.FAILED_PRECONDITION, "ETAG_MISMATCH"))
                                : Answer.complete(OBJECT.answer(request));
        assertThatThrownBy(() -> reader.downloadTo(file, OPTIONS))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(names()).isEmpty();
    }

    @Test
    void interruptKeepsCompletePartsAndCancelsAllCalls() throws Exception {
        server.read =
                request ->
                        request.getIntRange().getFirstPos() < 5L * MIB
                                ? Answer.complete(OBJECT.answer(request))
                                : Answer.hanging(OBJECT.parts(request).subList(0, 3));
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CompletableFuture<Boolean> stayed = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                reader.downloadTo(file, OPTIONS);
                            } catch (IOException e) {
                                thrown.complete(e);
                            }
                            stayed.complete(Thread.currentThread().isInterrupted());
                        });
        thread.start();
        await().until(() -> server.messagesSent.get() == 5 * 13 + 5 * 3);
        await().until(() -> names().stream().anyMatch(name -> name.endsWith(".state")));
        thread.interrupt();
        assertThat(thrown.get(2, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
        assertThat(stayed.get()).isTrue();
        await().atMost(Duration.ofSeconds(1)).until(() -> server.readsCancelled.get() >= 5);
        assertThat(names()).hasSize(2);
        int before = server.reads.size();
        server.read = request -> Answer.complete(OBJECT.answer(request));
        reader.downloadTo(file, OPTIONS);
        assertThat(firstPositions(before)).hasSizeBetween(5, 9).contains(5L * MIB, 9L * MIB);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, LENGTH));
    }

    /** Leaves at least one complete part: one part fails after another is complete. */
    private void leaveSome() throws IOException {
        failAt(3 * MIB);
        assertThatThrownBy(() -> reader.downloadTo(file, OPTIONS))
                .isInstanceOf(UnavailableException.class);
        assertThat(left("state")).isNotEmptyFile();
        server.read = request -> Answer.complete(OBJECT.answer(request));
    }

    /** Makes the part at this position fail after another part is complete. */
    private void failAt(int firstPos) {
        server.read =
                request -> {
                    if (request.getIntRange().getFirstPos() == firstPos) {
                        await().until(this::anyIsComplete);
                    }
                    return answerUnlessAt(OBJECT, request, firstPos);
                };
    }

    private static Answer answerUnlessAt(
            ScriptedObject object, ReadRangeRequest request, int firstPos) {
        return request.getIntRange().getFirstPos() == firstPos
                ? Answer.failing(
                        object.parts(request).subList(0, 2),
                        ScriptedServer.failure(Status.Code.UNAVAILABLE, "DRAINING"))
                : Answer.complete(object.answer(request));
    }

    private boolean anyIsComplete() throws IOException {
        return names().stream().anyMatch(name -> name.endsWith(".state"));
    }

    private List<Long> firstPositions(int fromRead) {
        return server.reads.subList(fromRead, server.reads.size()).stream()
                .map(read -> read.getIntRange().getFirstPos())
                .toList();
    }

    private Path left(String ending) throws IOException {
        return names().stream()
                .filter(name -> name.endsWith(ending))
                .map(directory::resolve)
                .findAny()
                .orElseThrow();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
