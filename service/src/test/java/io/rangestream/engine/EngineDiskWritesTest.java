package io.rangestream.engine;

import static io.rangestream.engine.EngineUnderTest.BLOCK_BYTES;
import static io.rangestream.engine.EngineUnderTest.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.engine.disk.DiskTier;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Caching;
import io.rangestream.store.OpenRead;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tests which blocks the engine does not write to the disk tier. */
final class EngineDiskWritesTest {
    private static final long DISK_BYTES = 4L * 1024 * 1024;

    @TempDir private Path folder;
    private final WatchedObject object = new WatchedObject();
    private final WatchedStore store = object.store;
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeEngine() {
        object.assertAllResponsesClosed();
        assertThat(warnings).isEmpty();
    }

    /** The kinds of versions without blocks on disk. */
    enum NotForDisk {
        BLOCKS_ONLY {
            @Override
            void apply(WatchedStore store) {
                store.caching = Caching.BLOCKS_ONLY;
            }
        },
        PASSING {
            @Override
            void apply(WatchedStore store) {
                store.caching = Caching.PASSING;
            }
        },
        WEAK_TAG {
            @Override
            void apply(WatchedStore store) {
                store.observeTag(EntityTag.parse("W/\"weak\""));
            }
        },
        NO_TAG {
            @Override
            void apply(WatchedStore store) {
                store.observeTag(Optional.empty());
            }
        };

        abstract void apply(WatchedStore store);
    }

    @ParameterizedTest
    @EnumSource
    void doesNotWriteVersionsThatMustNotBeStored(NotForDisk what) {
        what.apply(store);
        try (DiskTier tier = DiskTier.open(folder, DISK_BYTES, warnings::add)) {
            try (EngineUnderTest engine = new EngineUnderTest(store, tier)) {
                for (int round = 0; round < 2; round++) {
                    try (OpenRead read = engine.open(Optional.empty())) {
                        assertThat(bytes(read, 0, 9_999)).isEqualTo(object.expected(0, 9_999));
                    }
                }
            }
            store.caching = Caching.LASTING;
            store.alterRepresentation = was -> was;
            try (EngineUnderTest engine = new EngineUnderTest(store, tier);
                    OpenRead read = engine.open(RangeSpec.of(0, BLOCK_BYTES - 1))) {
                assertThat(bytes(read, 0, BLOCK_BYTES - 1))
                        .isEqualTo(object.expected(0, BLOCK_BYTES - 1));
                // Blocks are written in order: an earlier one would be on disk by now.
                await().until(() -> tier.stats().writes() > 0);
            }
            assertThat(tier.stats().writes()).isEqualTo(1);
            assertThat(tier.stats().dropped()).isZero();
        }
    }

    @Test
    void doesNotWritePartialSlots() {
        try (DiskTier tier = DiskTier.open(folder, DISK_BYTES, warnings::add);
                EngineUnderTest engine = new EngineUnderTest(store, tier)) {
            for (int[] part : new int[][] {{100, 1023}, {1024, 1500}, {2048, 3071}}) {
                try (OpenRead read = engine.open(RangeSpec.of(part[0], part[1]))) {
                    assertThat(bytes(read, part[0], part[1]))
                            .isEqualTo(object.expected(part[0], part[1]));
                }
                engine.awaitQuiet();
            }
            await().until(() -> tier.stats().writes() > 0);
            assertThat(tier.stats().writes()).isEqualTo(1);
        }
    }
}
