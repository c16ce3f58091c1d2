package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.store.ObjectStore;
import io.rangestream.store.ObjectStoreContract;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Trees;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Optional;

class DirectoryObjectStoreTest extends ObjectStoreContract {
    @TempDir Path folder;
    private Path root;
    private DirectoryObjectStore store;

    @BeforeEach
    void createEmptyFolder() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        store = DirectoryObjectStore.of(root, Clock.systemUTC());
    }

    @Override
    public ObjectStore store() {
        return store;
    }

    @Override
    public void put(String key, byte[] bytes) {
        try {
            Path file = root.resolve(key);
            Files.createDirectories(file.getParent());
            Path temporary = Files.write(folder.resolve("next"), bytes);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete(String key) {
        try {
            Files.delete(root.resolve(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder serves one bucket under any name, so no bucket is missing. */
    @Override
    public Optional<ObjectStore> storeOfMissingBucket() {
        return Optional.empty();
    }

    @Test
    void errorNamesAMissingFolderAndAFile() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        for (Path none : new Path[] {folder.resolve("missing"), file}) {
            assertThatThrownBy(() -> DirectoryObjectStore.of(none, Clock.systemUTC()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(none.toString());
        }
    }

    @Test
    void deletedFolderIsUnavailable() {
        put("a", ALPHABET);
        Trees.delete(root);
        assertThatThrownBy(store::probe).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> store.head(id("a"))).isInstanceOf(Unavailable.class);
    }

    @Test
    void takesTypeFromExtensionInAnyCase() {
        assertThat(ContentTypes.of("a/film.MP4")).contains("video/mp4");
        assertThat(ContentTypes.of("x.tar.gz")).contains("application/gzip");
        for (String none : new String[] {"film", "a.mp4/film", "film.", "film.unknown", "mp4"}) {
            assertThat(ContentTypes.of(none)).as(none).isEmpty();
        }
    }
}
