package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.Validators;
import io.rangestream.range.ByteRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads of a file on a mount that stops responding. */
class DirectoryFetchTest {
    private static final ObjectId ID = ObjectId.of("films", "film");
    private static final int SIZE = 1000;

    @TempDir private Path folder;

    private final StuckChannel channel = new StuckChannel();
    private DirectoryFetch fetch;
    private FileWork files;

    @BeforeEach
    void open() throws IOException {
        Path file = Files.write(folder.resolve("film"), new byte[SIZE]);
        FileStamp stamp = FileStamp.of(file);
        files = work(Duration.ofMinutes(1));
        fetch = fetch(file, stamp, files);
    }

    private static FileWork work(Duration longestWait) {
        return new FileWork(
                "test",
                2,
                2,
                longestWait,
                Duration.ofMinutes(1),
                new CarrierSlots(0, count -> {}, System::nanoTime));
    }

    private DirectoryFetch fetch(Path file, FileStamp stamp, FileWork work) {
        return new DirectoryFetch(
                ID,
                file,
                channel,
                stamp,
                work,
                new Representation(
                        SIZE,
                        new Validators(
                                Optional.of(stamp.entityTag()), Optional.empty(), Instant.EPOCH),
                        Optional.empty(),
                        StoredFields.NONE,
                        Optional.empty()),
                Optional.of(new ByteRange(0, SIZE - 1)));
    }

    @AfterEach
    void close() {
        channel.respond();
        fetch.close();
        files.close();
    }

    private CompletableFuture<Integer> readInBackground(byte[] array) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                result.complete(fetch.read(array, 0, array.length));
                            } catch (Throwable e) {
                                result.completeExceptionally(e);
                            }
                        });
        await().until(() -> channel.reading() == 1);
        return result;
    }

    @Test
    void abortEndsTheReadersWaitAndWaitsForNothing() {
        byte[] array = new byte[SIZE];
        CompletableFuture<Integer> reading = readInBackground(array);
        fetch.abort();
        assertThatThrownBy(reading::join).hasCauseInstanceOf(ReadCancelledException.class);
        // Closing it now would wait for the read.
        assertThat(channel.isOpen()).isTrue();
        assertThatThrownBy(() -> fetch.read(array, 0, 1))
                .isInstanceOf(ReadCancelledException.class);
        channel.respond();
        await().until(() -> !channel.isOpen());
        // The late bytes went elsewhere: the array may have another use by now.
        assertThat(array).containsOnly(0);
    }

    @Test
    void aReadThatWasGivenUpWritesNothingIntoTheNext() throws IOException {
        Path file = folder.resolve("film");
        try (FileWork impatient = work(Duration.ofMillis(1))) {
            fetch = fetch(file, FileStamp.of(file), impatient);
            byte[] array = new byte[SIZE];
            // One that is given up before a thread takes it does not count.
            while (channel.reading() < 2) {
                assertThatThrownBy(() -> fetch.read(array, 0, SIZE))
                        .isInstanceOf(Unavailable.class);
            }
            assertThat(channel.arrays()).doesNotHaveDuplicates();
        }
    }

    @Test
    void closesTheFileWhenNoReadIsUnderWay() {
        channel.respond();
        assertThat(fetch.read(new byte[SIZE], 0, 10)).isEqualTo(10);
        fetch.close();
        assertThat(channel.isOpen()).isFalse();
        fetch.close();
        fetch.abort();
    }
}
