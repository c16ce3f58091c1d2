package io.rangestream.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A tier in another process is killed as by {@code kill -9}, or reaches a file size limit of the
 * system.
 */
final class DiskKillTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir private Path folder;

    private static List<String> program(Path own, int round) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BlockWritingProgram.class.getName(),
                own.toString(),
                Integer.toString(round));
    }

    @Test
    void blocksFoundAfterKillAreIntact() throws Exception {
        Random random = new Random(9);
        Path own = Files.createDirectory(folder.resolve("own"));
        for (int round = 0; round < 5; round++) {
            // From long before the first eviction to long after it.
            long more = random.nextLong(1 << 20, BlockWritingProgram.SIZE * 2);
            killAfter(own, round, more);
            try (TestTier tier = TestTier.open(own, BlockWritingProgram.SIZE)) {
                int found = 0;
                for (int i = 0; i < BlockWritingProgram.BLOCKS; i++) {
                    for (int earlier = 0; earlier <= round; earlier++) {
                        found += tier.reads(BlockWritingProgram.block(earlier, i)) ? 1 : 0;
                    }
                }
                DiskStats stats = tier.tier().stats();
                assertThat(found).isPositive().isEqualTo((int) stats.blocks());
                // The kernel keeps the completed writes of a process: only the last entry can be
                // torn.
                assertThat(stats.corrupt()).isZero();
                assertThat(FolderSpace.of(own)).isLessThanOrEqualTo(BlockWritingProgram.SIZE);
                assertThat(tier.warnings()).isEmpty();
            }
        }
    }

    private void killAfter(Path own, int round, long bytes) throws IOException {
        Process process =
                new ProcessBuilder(program(own, round))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile())
                        .start();
        try {
            Progress progress = new Progress(own);
            await().atMost(TIMEOUT)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> progress.now() >= bytes || !process.isAlive());
            assertThat(process.isAlive()).as(output()).isTrue();
        } finally {
            process.destroyForcibly();
        }
        await().atMost(TIMEOUT).until(() -> !process.isAlive());
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    /** The number of bytes written since the construction, including evicted ones. */
    private static final class Progress {
        private final Path own;
        private long last;
        private long sum;

        Progress(Path own) {
            this.own = own;
            this.last = FolderSpace.of(own);
        }

        long now() {
            long space = FolderSpace.of(own);
            sum += Math.max(0, space - last);
            last = space;
            return sum;
        }
    }

    @Test
    void fileSizeLimitTurnsTierOff() throws Exception {
        Path own = folder.resolve("own");
        List<String> command = new ArrayList<>();
        // 512 KiB or 1 MiB for each file: shells use different units.
        command.addAll(List.of("sh", "-c", "ulimit -f 1024 && exec \"$@\"", "sh"));
        command.addAll(program(own, 0));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile())
                        .start();
        try {
            assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(output()).isZero();
        assertThat(new String(Files.readAllBytes(folder.resolve("output")), StandardCharsets.UTF_8))
                .containsOnlyOnce("is off, reads continue without it: java.io.IOException");
        try (TestTier tier = TestTier.open(own, BlockWritingProgram.SIZE)) {
            assertThat(tier.tier().stats().blocks()).isBetween(4L, 11L);
            for (int i = 0; i < tier.tier().stats().blocks(); i++) {
                assertThat(tier.reads(BlockWritingProgram.block(0, i))).isTrue();
            }
        }
    }
}
