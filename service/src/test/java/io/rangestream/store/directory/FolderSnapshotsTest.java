package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A folder is scanned again only if a request could notice the difference. */
class FolderSnapshotsTest {
    private static final byte[] FROM_THE_START = {};

    @TempDir Path folder;
    private final FolderSnapshots snapshots = new FolderSnapshots(1 << 20, Clock.systemUTC());

    @BeforeEach
    void createFiles() throws IOException {
        for (int i = 0; i < 100; i++) {
            Files.createFile(folder.resolve("f" + i));
        }
    }

    private FolderNames names(long arrivedNanos) {
        try {
            return snapshots.names(folder, FROM_THE_START, 0, arrivedNanos);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A snapshot taken after the folder's times were old enough. */
    private FolderNames settled() {
        FolderNames[] last = {names(System.nanoTime())};
        await().until(
                        () -> {
                            FolderNames before = last[0];
                            last[0] = names(System.nanoTime());
                            return before == last[0];
                        });
        return last[0];
    }

    @Test
    void pagesOfUnchangedFolderShareAScan() {
        FolderNames first = settled();
        assertThat(names(System.nanoTime())).isSameAs(first);
    }

    @Test
    void requestsThatWaitForAScanShareIt() {
        long arrived = System.nanoTime();
        Set<FolderNames> seen = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 20).parallel().forEach(i -> seen.add(names(arrived)));
        assertThat(seen).hasSize(1);
    }

    @Test
    void nextRequestSeesAChange() throws IOException {
        FolderNames before = settled();
        for (int i = 0; i < 50; i++) {
            Files.createFile(folder.resolve("later" + i));
            FolderNames after = names(System.nanoTime());
            assertThat(after).isNotSameAs(before);
            assertThat(after.size()).isEqualTo(2 * (101 + i));
            Files.delete(folder.resolve("f" + i));
            assertThat(names(System.nanoTime()).size()).isEqualTo(2 * (100 + i));
            Files.createFile(folder.resolve("f" + i));
        }
    }

    @Test
    @Covers("names-listed-folders")
    void snapshotsStayWithinTheirLimit() throws IOException {
        FolderSnapshots few = new FolderSnapshots(5000, Clock.systemUTC());
        for (int i = 0; i < 20; i++) {
            Path child = Files.createDirectory(folder.resolve("folder" + i));
            for (int j = 0; j < 50; j++) {
                Files.createFile(child.resolve("f" + j));
            }
            few.names(child, FROM_THE_START, 0, System.nanoTime());
            assertThat(few.bytes()).isPositive().isLessThanOrEqualTo(5000);
        }
    }
}
