package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.store.KeyOrder;
import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;

/** A scan yields each name in its two places, in key order, in one section or in many. */
class FolderNamesTest {
    private static final long SEED = 20260113;
    // Characters around the slash, at the ends of the alphabet, and on both sides of the
    // surrogates.
    private static final String[] PIECES = {
        "a", "b", ".", "0", "-", "!", "~", "\u00fc", "\ue000", "\uffff", "\ud83d\ude00"
    };

    @TempDir Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> candidates(FolderNames names) {
        List<String> candidates = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            candidates.add(names.name(i) + (names.isFolder(i) ? "/" : ""));
        }
        return candidates;
    }

    private NavigableSet<String> create(int count) throws IOException {
        Random random = new Random(SEED);
        TreeSet<String> expected = new TreeSet<>(KeyOrder.UTF_8_BYTES);
        while (expected.size() < 2 * count) {
            StringBuilder name = new StringBuilder("a");
            for (int i = random.nextInt(6); i >= 0; i--) {
                name.append(PIECES[random.nextInt(PIECES.length)]);
            }
            if (expected.add(name.toString())) {
                expected.add(name + "/");
                Files.createFile(folder.resolve(name.toString()));
            }
        }
        return expected;
    }

    @Test
    void candidatesAreInKeyOrder() throws IOException {
        NavigableSet<String> expected = create(500);
        FolderNames names = FolderScan.read(folder, new byte[0], Long.MAX_VALUE / 2);
        assertThat(names.isTruncated()).isFalse();
        assertThat(candidates(names)).as("seed %s", SEED).containsExactlyElementsOf(expected);
        for (String from : expected) {
            assertThat(candidates(names).subList(names.firstAt(bytes(from)), names.size()))
                    .containsExactlyElementsOf(expected.tailSet(from, true));
        }
    }

    @Test
    @Covers("names-listed-folders")
    void sectionsOfAnySizeHaveEachCandidateOnce() throws IOException {
        NavigableSet<String> expected = create(500);
        for (long maxBytes : new long[] {1, 100, 1000, 5000}) {
            List<String> walked = new ArrayList<>();
            byte[] start = {};
            FolderNames section;
            do {
                section = FolderScan.read(folder, start, maxBytes);
                assertThat(section.covers(start)).isTrue();
                assertThat(section.bytes()).isLessThanOrEqualTo(Math.max(maxBytes, 1000) + 100);
                walked.addAll(candidates(section));
                start = section.end();
            } while (section.isTruncated());
            assertThat(walked)
                    .as("seed %s, %s bytes", SEED, maxBytes)
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void sectionMayStartAnywhere() throws IOException {
        NavigableSet<String> expected = create(300);
        for (String from : List.of("", "a", "a.", "a/", "a0", "ab/x", "a\uffff", "b")) {
            assertThat(candidates(FolderScan.read(folder, bytes(from), 1 << 20)))
                    .as(from)
                    .containsExactlyElementsOf(expected.tailSet(from, true));
        }
    }
}
