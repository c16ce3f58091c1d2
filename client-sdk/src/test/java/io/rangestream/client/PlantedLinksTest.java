package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.client.internal.download.DownloadState;
import io.rangestream.client.internal.download.OwnFile;
import io.rangestream.client.internal.download.PartLayout;
import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ProtoConversions;
import io.rangestream.client.internal.wire.Subject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Links that another user planted in a shared directory before a download: none is followed. */
final class PlantedLinksTest {
    private static final int LENGTH = 3_000_000;
    private static final ScriptedObject OBJECT =
            ScriptedObject.ofLength(LENGTH).inChunksOf(100_000);
    private static final String NAME = "film.mp4";
    private static final String PARTIAL =
            ".rangestream-" + UUID.nameUUIDFromBytes(NAME.getBytes(StandardCharsets.UTF_8));

    /** The ways to write a file. */
    enum Way {
        COPY {
            @Override
            void run(ObjectReader reader, Path file) throws IOException {
                reader.copyTo(file);
            }
        },
        DOWNLOAD {
            @Override
            void run(ObjectReader reader, Path file) throws IOException {
                reader.downloadTo(file, DownloadOptions.defaults().withParts(3));
            }
        },
        DOWNLOAD_ANEW {
            @Override
            void run(ObjectReader reader, Path file) throws IOException {
                reader.downloadTo(file, DownloadOptions.defaults().withResume(false));
            }
        };

        abstract void run(ObjectReader reader, Path file) throws IOException;
    }

    /** A hard link to the victim's file. */
    enum Link {
        SYMBOLIC {
            @Override
            void plant(Path link, Path victim) throws IOException {
                Files.createSymbolicLink(link, victim);
            }
        },
        HARD {
            @Override
            void plant(Path link, Path victim) throws IOException {
                Files.createLink(link, victim);
            }
        };

        abstract void plant(Path link, Path victim) throws IOException;
    }

    @TempDir private Path shared;
    @TempDir private Path home;
    private Path file;
    private Path victim;
    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        file = shared.resolve(NAME);
        victim = Files.writeString(home.resolve("victim"), "precious");
        server = new ScriptedServer(OBJECT);
        client = server.client();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void replacesLinkAtTheTarget(Way way) throws IOException {
        for (Link link : Link.values()) {
            link.plant(file, victim);
            way.run(reader, file);
            assertDownloaded();
            Files.delete(file);
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesDanglingLinkAtTheTarget(Way way) throws IOException {
        Path absent = home.resolve("absent");
        Files.createSymbolicLink(file, absent);
        way.run(reader, file);
        assertDownloaded();
        assertThat(absent).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void rejectsLinkToDirectoryAtTheTarget(Way way) throws IOException {
        Files.createSymbolicLink(file, home);
        assertThatThrownBy(() -> way.run(reader, file))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("is a directory");
        assertThat(file).isSymbolicLink();
        assertThat(names(home)).containsExactly("victim");
        assertThat(server.reads).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void doesNotFollowLinksAtPartialFiles(Link link) throws IOException {
        for (String ending : List.of(".part", ".state", ".state.new")) {
            link.plant(shared.resolve(PARTIAL + ending), victim);
            Way.DOWNLOAD.run(reader, file);
            assertDownloaded();
            Files.delete(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".part", ".state", ".state.new"})
    void danglingLinksDoNotCreateFiles(String ending) throws IOException {
        Path absent = home.resolve("absent");
        Files.createSymbolicLink(shared.resolve(PARTIAL + ending), absent);
        Way.DOWNLOAD.run(reader, file);
        assertDownloaded();
        assertThat(absent).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void doesNotResumePartsBehindLinks(Link link) throws IOException {
        breakOff();
        Path part = shared.resolve(PARTIAL + ".part");
        Path moved = Files.move(part, home.resolve("moved"));
        byte[] content = Files.readAllBytes(moved);
        link.plant(part, moved);
        server.read = request -> Answer.complete(OBJECT.answer(request));
        int before = server.reads.size();
        Way.DOWNLOAD.run(reader, file);
        assertThat(server.reads.size() - before).as("parts read").isEqualTo(3);
        assertDownloaded();
        assertThat(moved).hasBinaryContent(content);
    }

    @ParameterizedTest
    @EnumSource
    void ignoresStateBehindLink(Link link) throws IOException {
        breakOff();
        Path state = shared.resolve(PARTIAL + ".state");
        link.plant(state, Files.move(state, home.resolve("moved")));
        server.read = request -> Answer.complete(OBJECT.answer(request));
        int before = server.reads.size();
        Way.DOWNLOAD.run(reader, file);
        assertThat(server.reads.size() - before).as("parts read").isEqualTo(3);
        assertDownloaded();
    }

    @Test
    void readsHugeStateInBoundedMemory() throws IOException {
        Path state = shared.resolve(PARTIAL + ".state");
        Files.write(state, new byte[DownloadState.MOST_BYTES + 1]);
        assertThat(OwnFile.read(state, DownloadState.MOST_BYTES)).isEmpty();
        Way.DOWNLOAD.run(reader, file);
        assertDownloaded();
    }

    @Test
    void readsLongestState() throws IOException {
        String longest = "\uD83D\uDE00".repeat(256);
        ScriptedObject object =
                OBJECT.with(
                        OBJECT.metadata().toBuilder()
                                .setKey(longest)
                                .setCompleteLength(16L * 1024 * 16 * 1024 * 1024)
                                .build());
        Pin pin =
                Pin.of(
                        ProtoConversions.metadata(
                                object.metadata(), Subject.ofObject(BUCKET, longest)),
                        ObjectRef.of(BUCKET, longest).withVersion("%".repeat(1024)));
        PartLayout layout = PartLayout.of(pin.metadata().completeLength(), 64);
        DownloadState state = DownloadState.begin(pin, layout);
        state.complete(layout.count() - 1);
        assertThat(state.encode()).hasSizeLessThanOrEqualTo(DownloadState.MOST_BYTES);
        assertThat(DownloadState.parse(state.encode(), pin)).isPresent();
    }

    @Test
    void namesTargetIfPartialFileIsDirectory() throws IOException {
        Path part = Files.createDirectory(shared.resolve(PARTIAL + ".part"));
        Files.writeString(part.resolve("x"), "x");
        assertThatThrownBy(() -> Way.DOWNLOAD.run(reader, file))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(part.toString());
    }

    /** Root creates such a file; other users find one in a directory they can't write to. */
    @Test
    void rejectsFileOfAnotherUser() throws IOException {
        Path foreign = Files.writeString(shared.resolve(PARTIAL + ".part"), "theirs");
        if (Files.getAttribute(foreign, "unix:uid").equals(0)) {
            Files.setAttribute(foreign, "unix:uid", 65_534);
            assertThatThrownBy(() -> Way.DOWNLOAD.run(reader, file))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("belongs to another user");
            assertThat(foreign).hasContent("theirs");
            assertThat(names(shared)).hasSize(1);
        } else {
            assertThatThrownBy(() -> OwnFile.openOrCreate(Path.of("/etc/passwd")))
                    .isInstanceOf(FileSystemException.class);
        }
    }

    /** Leaves at least one of three parts complete. */
    private void breakOff() {
        Path state = shared.resolve(PARTIAL + ".state");
        AtomicInteger left = new AtomicInteger(2);
        server.read =
                request -> {
                    if (left.getAndDecrement() > 0) {
                        return Answer.complete(OBJECT.answer(request));
                    }
                    await().until(() -> Files.exists(state));
                    return Answer.failing(
                            List.of(), ScriptedServer.failure(Status.Code.UNAVAILABLE, "DRAINING"));
                };
        assertThatThrownBy(() -> Way.DOWNLOAD.run(reader, file))
                .isInstanceOf(UnavailableException.class);
        assertThat(state).exists();
    }

    private void assertDownloaded() throws IOException {
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, LENGTH));
        assertThat(names(shared)).doesNotContain(PARTIAL + ".part", PARTIAL + ".state");
        assertThat(victim).hasContent("precious");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
