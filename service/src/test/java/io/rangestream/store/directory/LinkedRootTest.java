package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectListing;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.Trees;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A bucket's folder that is a link and is switched, as git-sync and release tools do. */
class LinkedRootTest {
    private static final ObjectId ID = ObjectId.of("site", "page");

    @TempDir Path folder;
    private DirectoryObjectStore store;

    @BeforeEach
    void createTwoReleases() throws IOException {
        release("v1", "old page", "only in v1");
        release("v2", "new page", "only in v2");
        link("v1");
        store = DirectoryObjectStore.of(folder.resolve("current"), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void release(String name, String text, String own) throws IOException {
        Path release = Files.createDirectory(folder.resolve(name));
        Files.writeString(release.resolve("page"), text);
        Files.writeString(release.resolve(own), own);
    }

    private void link(String release) throws IOException {
        Path next = Files.createSymbolicLink(folder.resolve("next"), Path.of(release));
        Files.move(next, folder.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String read(Fetch fetch) {
        byte[] bytes = new byte[100];
        int length = 0;
        for (int count; (count = fetch.read(bytes, length, 4)) >= 0; ) {
            length += count;
        }
        return new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8);
    }

    private String read(String key) {
        try (Fetch fetch =
                store.open(ObjectId.of("site", key), Optional.empty(), RangeSpec.from(0))) {
            return read(fetch);
        }
    }

    private List<String> keys() {
        return store.list(new Query("site", "", "", 100, Optional.empty())).objects().stream()
                .map(ObjectListing.Entry::key)
                .toList();
    }

    @Test
    @Covers("folder-link-swapped")
    void switchedLinkShowsTheNewRelease() throws IOException {
        assertThat(read("page")).isEqualTo("old page");
        assertThat(keys()).containsExactly("only in v1", "page");
        EntityTag before = store.head(ID).entityTag().orElseThrow();
        link("v2");
        assertThat(read("page")).isEqualTo("new page");
        assertThat(store.head(ID).entityTag()).isNotEqualTo(Optional.of(before));
        assertThat(keys()).containsExactly("only in v2", "page");
        assertThatThrownBy(() -> read("only in v1")).isInstanceOf(NotFound.class);
        Trees.delete(folder.resolve("v1"));
        assertThat(read("page")).isEqualTo("new page");
        store.probe();
    }

    @Test
    @Covers("folder-link-swapped")
    void startedBodyStaysInOneRelease() throws IOException {
        EntityTag tag = store.head(ID).entityTag().orElseThrow();
        byte[] array = new byte[3];
        try (Fetch fetch = store.open(ID, Optional.of(tag), RangeSpec.from(0))) {
            assertThat(fetch.read(array, 0, 3)).isEqualTo(3);
            link("v2");
            assertThat(read(fetch)).isEqualTo(" page");
        }
        try (Fetch resumed = store.open(ID, Optional.of(tag), RangeSpec.from(3))) {
            assertThat(read(resumed)).isEqualTo(" page");
        }
        Trees.delete(folder.resolve("v1"));
        assertThatThrownBy(() -> store.open(ID, Optional.of(tag), RangeSpec.from(3)))
                .isInstanceOf(Changed.class);
    }

    @Test
    void earlierReleaseServesOnlyReadsThatBeganThere() throws IOException {
        read("page");
        link("v2");
        Optional<EntityTag> other = Optional.of(EntityTag.strong("other"));
        assertThatThrownBy(() -> store.open(ID, other, RangeSpec.from(0)))
                .isInstanceOf(Changed.class);
        ObjectId gone = ObjectId.of("site", "only in v1");
        assertThatThrownBy(() -> store.open(gone, Optional.empty(), RangeSpec.from(0)))
                .isInstanceOf(NotFound.class);
    }

    @Test
    void linksMustStayInsideTheCurrentRelease() throws IOException {
        Files.createSymbolicLink(folder.resolve("v1/inside"), Path.of("page"));
        Files.createSymbolicLink(folder.resolve("v1/by-root"), folder.resolve("current/page"));
        Files.createSymbolicLink(folder.resolve("v1/other-release"), Path.of("../v2/page"));
        assertThat(read("inside")).isEqualTo("old page");
        assertThat(read("by-root")).isEqualTo("old page");
        assertThatThrownBy(() -> read("other-release")).isInstanceOf(NotFound.class);
        assertThat(keys()).containsExactly("by-root", "inside", "only in v1", "page");
        link("v2");
        Files.createSymbolicLink(folder.resolve("v2/previous"), Path.of("../v1/page"));
        assertThatThrownBy(() -> read("previous")).isInstanceOf(NotFound.class);
        assertThat(keys()).containsExactly("only in v2", "page");
    }

    @Test
    @Covers("folder-does-not-exist")
    void missingRootIsUnavailableUntilItIsBack() throws IOException {
        link("nowhere");
        for (String key : List.of("page", "none", "a/b")) {
            assertThatThrownBy(() -> read(key)).as(key).isInstanceOf(Unavailable.class);
            assertThatThrownBy(() -> store.head(ObjectId.of("site", key)))
                    .isInstanceOf(Unavailable.class);
        }
        assertThatThrownBy(this::keys).isInstanceOf(Unavailable.class);
        assertThatThrownBy(store::probe).isInstanceOf(Unavailable.class);
        link("v2");
        store.probe();
        assertThat(read("page")).isEqualTo("new page");
        assertThat(keys()).containsExactly("only in v2", "page");
    }

    @Test
    void rootThatBecomesAFileOrLoopIsUnavailable() throws IOException {
        Files.writeString(folder.resolve("file"), "no folder");
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        for (String target : List.of("file", "loop")) {
            link(target);
            assertThatThrownBy(() -> read("page")).as(target).isInstanceOf(Unavailable.class);
            assertThatThrownBy(this::keys).as(target).isInstanceOf(Unavailable.class);
            assertThatThrownBy(store::probe).as(target).isInstanceOf(Unavailable.class);
        }
    }
}
