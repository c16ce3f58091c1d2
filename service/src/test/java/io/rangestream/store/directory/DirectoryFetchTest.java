package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.Validators;
import io.rangestream.range.ResolvedRange;
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

/** Reads of a file on a mount that stops responding, and reads that are interrupted. */
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
        return work(longestWait, 0);
    }

    private static FileWork work(Duration longestWait, int carrierSlots) {
        return new FileWork(
                "test",
                2,
                2,
                longestWait,
                Duration.ofMinutes(1),
                new CarrierSlots(carrierSlots, count -> {}, System::nanoTime));
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
                Optional.of(new ResolvedRange(0, SIZE - 1)));
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
    void abortEndsTheWaitOfTheReaderWithoutWaiting() {
        byte[] array = new byte[SIZE];
        CompletableFuture<Integer> reading = readInBackground(array);
        fetch.abort();
        assertThatThrownBy(reading::join).hasCauseInstanceOf(ReadCancelledException.class);
        // Closing the channel now would wait for the read.
        assertThat(channel.isOpen()).isTrue();
        assertThatThrownBy(() -> fetch.read(array, 0, 1))
                .isInstanceOf(ReadCancelledException.class);
        channel.respond();
        await().until(() -> !channel.isOpen());
        // The late bytes went into another array: this one may already be reused.
        assertThat(array).containsOnly(0);
    }

    @Test
    void timedOutReadDoesNotWriteIntoTheNextOne() throws IOException {
        Path file = folder.resolve("film");
        try (FileWork shortWait = work(Duration.ofMillis(1))) {
            fetch = fetch(file, FileStamp.of(file), shortWait);
            byte[] array = new byte[SIZE];
            // A read that times out before a thread runs it does not count.
            while (channel.reading() < 2) {
                assertThatThrownBy(() -> fetch.read(array, 0, SIZE))
                        .isInstanceOf(Unavailable.class);
            }
            assertThat(channel.arrays()).doesNotHaveDuplicates();
        }
    }

    /** The interrupt of a read on the virtual thread itself closes the file, as the JDK does it. */
    @Test
    void interruptedReadOnTheReadersThreadIsCancelled() throws IOException {
        Path file = folder.resolve("film");
        try (FileWork inline = work(Duration.ofMinutes(1), 1)) {
            fetch = fetch(file, FileStamp.of(file), inline);
            CompletableFuture<Boolean> flagKept = new CompletableFuture<>();
            CompletableFuture<Integer> read = new CompletableFuture<>();
            Thread reader =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            read.complete(fetch.read(new byte[SIZE], 0, SIZE));
                                        } catch (Throwable e) {
                                            flagKept.complete(Thread.interrupted());
                                            read.completeExceptionally(e);
                                        }
                                    });
            await().until(() -> channel.reading() == 1);
            reader.interrupt();
            assertThatThrownBy(read::join).hasCauseInstanceOf(ReadCancelledException.class);
            assertThat(flagKept.join()).isTrue();
            assertThatThrownBy(() -> fetch.read(new byte[SIZE], 0, SIZE))
                    .isInstanceOf(ReadCancelledException.class);
        }
    }

    @Test
    void closesTheFileIfNoReadIsInProgress() {
        channel.respond();
        assertThat(fetch.read(new byte[SIZE], 0, 10)).isEqualTo(10);
        fetch.close();
        assertThat(channel.isOpen()).isFalse();
        fetch.close();
        fetch.abort();
    }
}
