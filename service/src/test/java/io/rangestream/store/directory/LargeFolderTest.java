package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.KeyOrder;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectListing.Query;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Pages of a folder with more names than the memory of one scan can hold. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeFolderTest {
    private static final int FILES = 6000;
    private static final DirectoryLimits LITTLE_MEMORY =
            new DirectoryLimits(2, 10, 2, 10, Duration.ofMinutes(1), 1);

    private Path root;

    @BeforeAll
    void createFiles(@TempDir Path folder) throws IOException {
        root = folder;
        Files.createDirectories(folder.resolve("m/sub"));
        for (int i = 0; i < FILES; i++) {
            Files.createFile(folder.resolve("m/a-rather-long-name-" + i));
        }
        Files.createFile(folder.resolve("m/sub/one"));
        Files.createFile(folder.resolve("z"));
        Files.createDirectories(folder.resolve("empty/deep/deeper"));
    }

    private static List<String> walk(
            DirectoryObjectStore store, String prefix, String delimiter, int pageSize) {
        List<String> names = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            ObjectListing page = store.list(new Query("b", prefix, delimiter, pageSize, next));
            List<String> ofPage = new ArrayList<>(page.objects().stream().map(Entry::key).toList());
            ofPage.addAll(page.commonPrefixes());
            ofPage.sort(KeyOrder.UTF_8_BYTES);
            names.addAll(ofPage);
            next = page.next();
        } while (next.isPresent());
        return names;
    }

    private static List<String> expected() {
        List<String> keys =
                new ArrayList<>(
                        IntStream.range(0, FILES)
                                .mapToObj(i -> "m/a-rather-long-name-" + i)
                                .toList());
        keys.add("m/sub/one");
        keys.add("z");
        keys.sort(KeyOrder.UTF_8_BYTES);
        return keys;
    }

    @Test
    void listsEachKeyOnceWhenReadingInSections() {
        try (DirectoryObjectStore store =
                new DirectoryObjectStore(
                        root, false, LITTLE_MEMORY, CarrierSlots.OF_THE_JVM, Clock.systemUTC())) {
            assertThat(walk(store, "", "", 700)).containsExactlyElementsOf(expected());
            assertThat(walk(store, "m/s", "", 10)).containsExactly("m/sub/one");
        }
    }

    @Test
    void rollsUpFoldersWithoutWalkingThem() {
        try (DirectoryObjectStore store = DirectoryObjectStore.of(root, Clock.systemUTC())) {
            for (int pageSize : new int[] {1, 2, 1000}) {
                assertThat(walk(store, "", "/", pageSize)).containsExactly("m/", "z");
            }
            List<String> inFolder = walk(store, "m/", "/", 999);
            assertThat(inFolder).hasSize(FILES + 1).doesNotHaveDuplicates().contains("m/sub/");
        }
    }
}
