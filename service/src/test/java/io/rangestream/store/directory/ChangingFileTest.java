package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.Representation;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Optional;

/** A file that changes during an open fetch yields no byte of another version. */
class ChangingFileTest {
    private static final int LENGTH = 1000;
    private static final ObjectId ID = ObjectId.of("films", "film");

    @TempDir Path folder;
    private Path root;
    private Path file;
    private DirectoryObjectStore store;

    /** A modification of the file. */
    private interface Change {
        void happen() throws IOException;
    }

    @BeforeEach
    void createFile() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        file = Files.write(root.resolve("film"), new byte[LENGTH]);
        store = DirectoryObjectStore.of(root, Clock.systemUTC());
        awaitTickOfTheFileSystem();
    }

    // The file system's times have the resolution of the kernel's timer, a few milliseconds.
    private void awaitTickOfTheFileSystem() throws IOException {
        Path probe = folder.resolve("probe");
        FileTime before = Files.getLastModifiedTime(Files.write(probe, new byte[1]));
        await().until(
                        () ->
                                Files.getLastModifiedTime(Files.write(probe, new byte[1]))
                                                .compareTo(before)
                                        > 0);
    }

    @Test
    void noticesReplacementByRename() throws IOException {
        assertChangeIsNoticed(() -> replaceBy(new byte[LENGTH]));
    }

    @Test
    void noticesWriteInPlace() throws IOException {
        assertChangeIsNoticed(() -> writeInPlace(file));
    }

    @Test
    void noticesWriteInPlaceWithDateSetBack() throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        assertChangeIsNoticed(
                () -> {
                    writeInPlace(file);
                    Files.setLastModifiedTime(file, before);
                });
    }

    @Test
    void noticesTruncation() throws IOException {
        assertChangeIsNoticed(
                () -> {
                    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                        open.setLength(150);
                    }
                });
    }

    @Test
    void noticesDeletion() throws IOException {
        assertChangeIsNoticed(() -> Files.delete(file));
    }

    @Test
    void noticesReplacementByLinkOutOfTheFolder() throws IOException {
        Path secret = Files.write(folder.resolve("secret"), new byte[LENGTH]);
        assertChangeIsNoticed(
                () -> {
                    Files.delete(file);
                    Files.createSymbolicLink(file, secret);
                });
    }

    private void assertChangeIsNoticed(Change change) throws IOException {
        Representation before = store.head(ID);
        byte[] array = new byte[100];
        try (Fetch fetch = store.open(ID, before.entityTag(), RangeSpec.from(0));
                Fetch atItsEnd = store.open(ID, before.entityTag(), RangeSpec.of(0, 99))) {
            assertThat(fetch.read(array, 0, 100)).isEqualTo(100);
            assertThat(atItsEnd.read(array, 0, 100)).isEqualTo(100);
            change.happen();
            assertThatThrownBy(() -> fetch.read(array, 0, 100)).isInstanceOf(Changed.class);
            assertThatThrownBy(() -> atItsEnd.read(array, 0, 100)).isInstanceOf(Changed.class);
        }
    }

    @Test
    void eachVersionHasADifferentTag() throws IOException {
        Optional<?> first = store.head(ID).entityTag();
        assertThat(store.head(ID).entityTag()).isEqualTo(first);
        replaceBy(new byte[LENGTH]);
        assertThat(store.head(ID).entityTag()).isNotEqualTo(first);
    }

    private void replaceBy(byte[] bytes) throws IOException {
        Path next = Files.write(folder.resolve("next"), bytes);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void writeInPlace(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(500);
            open.write(1);
        }
    }
}
