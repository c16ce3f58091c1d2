package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * A program that writes blocks until it is killed or its tier is off. {@link DiskKillTest} runs it
 * in a process.
 */
final class BlockWritingProgram {
    static final long SIZE = 64L << 20;
    private static final int BLOCK_BYTES = 100_000;
    static final int BLOCKS = 1_000;

    private BlockWritingProgram() {}

    static BlockAddress block(int round, int index) {
        return new BlockAddress(
                ObjectId.of("films", "film-" + round),
                EntityTag.strong("v1"),
                (long) BLOCKS * BLOCK_BYTES,
                BLOCK_BYTES,
                index);
    }

    /**
     * Writes blocks.
     *
     * @param args the folder, and the number of the round
     */
    public static void main(String[] args) {
        List<String> warnings = new CopyOnWriteArrayList<>();
        DiskTier tier = DiskTier.open(Path.of(args[0]), SIZE, warnings::add);
        int round = Integer.parseInt(args[1]);
        Semaphore slots = new Semaphore(16);
        for (int i = 0; tier.isOn(); i = (i + 1) % BLOCKS) {
            BlockAddress address = block(round, i);
            slots.acquireUninterruptibly();
            tier.write(address, TestBlocks.bytes(address), address.length(), slots::release);
        }
        slots.acquireUninterruptibly(16);
        tier.close();
        System.out.println(warnings);
    }
}
