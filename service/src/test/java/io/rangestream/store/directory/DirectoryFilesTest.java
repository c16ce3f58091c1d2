package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The files that are objects, their keys, and the files that are not served. */
class DirectoryFilesTest {
    private static final byte[] INSIDE = "inside".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path folder;
    private Path root;
    private DirectoryObjectStore store;

    @BeforeEach
    void createFilesInsideAndOutside() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        Files.createDirectories(root.resolve("a/deep"));
        Files.write(root.resolve("a/b"), INSIDE);
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createDirectory(folder.resolve("secrets"));
        Files.writeString(folder.resolve("secrets/one"), "secret");
        store = DirectoryObjectStore.of(root, Clock.systemUTC());
    }

    @Test
    void keyIsACanonicalPath() {
        assertThat(read("a/b")).isEqualTo(INSIDE);
        for (String key : List.of("a//b", "/a/b", "a/b/", "a", "a/", "/", "//", "a/b/c", "A/B")) {
            assertNotFound(key);
        }
        assertNotFound("x".repeat(300));
        assertNotFound("a/" + "x/".repeat(400) + "y");
    }

    @Test
    void keyCannotLeaveTheFolder() {
        for (String key : List.of("../secret", "a/../../secret", "..", "a/..", "a/./b")) {
            assertThatThrownBy(() -> ObjectId.of("films", key))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertNotFound("..\\secret");
        assertNotFound(folder.resolve("secret").toString());
    }

    @Test
    void followsLinksInsideTheFolderOnly() throws IOException {
        link("file-inside", root.resolve("a/b"));
        link("relative", Path.of("a/b"));
        link("folder-inside", root.resolve("a"));
        link("file-outside", folder.resolve("secret"));
        link("folder-outside", folder.resolve("secrets"));
        link("climbs", Path.of("../secret"));
        link("through", root.resolve("folder-outside/one"));
        for (String key : List.of("file-inside", "relative", "folder-inside/b")) {
            assertThat(read(key)).isEqualTo(INSIDE);
        }
        for (String key :
                List.of(
                        "file-outside",
                        "folder-outside/one",
                        "climbs",
                        "through",
                        "folder-inside")) {
            assertNotFound(key);
        }
        assertThat(keys()).containsExactly("a/b", "file-inside", "folder-inside/b", "relative");
    }

    @Test
    void deadAndCircularLinksAreNotFound() throws IOException {
        link("dead", root.resolve("nothing"));
        link("self", root.resolve("self"));
        link("a/up", root);
        assertNotFound("dead");
        assertNotFound("self");
        assertNotFound("self/b");
        assertThat(read("a/up/a/b")).isEqualTo(INSIDE);
        assertThat(keys()).containsExactly("a/b");
    }

    @Test
    @Timeout(10)
    void neitherOpensNorListsSpecialFiles() throws Exception {
        Path fifo = root.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        link("zero", Path.of("/dev/zero"));
        assertNotFound("fifo");
        assertNotFound("zero");
        assertNotFound("a");
        assertThat(keys()).containsExactly("a/b");
        Files.delete(root.resolve("zero"));
    }

    @Test
    void listsHiddenFilesAndNoEmptyFolders() throws IOException {
        Files.write(root.resolve(".hidden"), INSIDE);
        assertThat(keys()).containsExactly(".hidden", "a/b");
        ObjectListing rolledUp = store.list(new Query("x", "", "/", 10, Optional.empty()));
        assertThat(rolledUp.commonPrefixes()).containsExactly("a/");
        assertThat(store.list(new Query("x", "a/", "/", 10, Optional.empty())).commonPrefixes())
                .isEmpty();
    }

    @Test
    void doesNotListNamesThatAreInvalidKeys() throws Exception {
        // Java can't create such a file.
        Process touch =
                new ProcessBuilder(
                                "sh", "-c", "touch \"$(printf 'bad\\377')\" \"$(printf 'x\\ty')\"")
                        .directory(root.toFile())
                        .start();
        assertThat(touch.waitFor()).isZero();
        assertThat(root.toFile().list()).hasSize(3);
        assertThat(keys()).containsExactly("a/b");
        assertNotFound("bad\ufffd");
    }

    @Test
    void unreadableFileIsAccessDenied() throws IOException {
        Path file = Files.write(root.resolve("closed"), INSIDE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        if (Files.isReadable(file)) {
            // The test runs as root, which may read every file.
            assertThat(read("closed")).isEqualTo(INSIDE);
        } else {
            assertThatThrownBy(() -> read("closed")).isInstanceOf(AccessDenied.class);
        }
        assertThat(DirectoryErrors.classify("id", root, new AccessDeniedException("closed")))
                .isInstanceOf(AccessDenied.class);
        assertThat(DirectoryErrors.classify("id", root, new IOException("disk on fire")))
                .isInstanceOf(Unavailable.class);
    }

    @Test
    void readsSparseFileBeyondFourGibibytes() throws IOException {
        long length = (5L << 30) + 10;
        try (FileChannel channel =
                FileChannel.open(
                        root.resolve("large"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE,
                        StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(INSIDE), 4L << 30);
            channel.write(ByteBuffer.wrap(new byte[] {9}), length - 1);
        }
        assertThat(store.head(id("large")).completeLength()).isEqualTo(length);
        assertThat(read("large", RangeSpec.of(4L << 30, (4L << 30) + 5))).isEqualTo(INSIDE);
        assertThat(read("large", RangeSpec.suffix(2))).containsExactly(0, 9);
        assertThat(read("large", RangeSpec.from(length - 1))).containsExactly(9);
        assertThat(read("large", RangeSpec.from(length))).isEmpty();
    }

    private void link(String name, Path target) throws IOException {
        Files.createSymbolicLink(root.resolve(name), target);
    }

    private List<String> keys() {
        return store.list(new Query("films", "", "", 1000, Optional.empty())).objects().stream()
                .map(ObjectListing.Entry::key)
                .toList();
    }

    private void assertNotFound(String key) {
        assertThatThrownBy(() -> store.head(id(key))).as(key).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> read(key)).as(key).isInstanceOf(NotFound.class);
    }

    private byte[] read(String key) {
        return read(key, RangeSpec.from(0));
    }

    private byte[] read(String key, RangeSpec wanted) {
        byte[] array = new byte[100];
        try (Fetch fetch = store.open(id(key), Optional.empty(), wanted)) {
            int count = fetch.read(array, 0, array.length);
            return Arrays.copyOf(array, Math.max(count, 0));
        }
    }

    private static ObjectId id(String key) {
        return ObjectId.of("films", key);
    }
}
