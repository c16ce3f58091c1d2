package io.rangestream.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import java.util.Random;

/** Blocks with bytes derived from their addresses, so that tests detect wrong bytes. */
final class TestBlocks {
    static final int BLOCK_BYTES = 4096;

    private TestBlocks() {}

    /** A block of an object of 100 whole blocks. */
    static BlockAddress block(String key, String tag, long index) {
        return new BlockAddress(
                ObjectId.of("films", key),
                EntityTag.strong(tag),
                100L * BLOCK_BYTES,
                BLOCK_BYTES,
                index);
    }

    static BlockAddress block(long index) {
        return block("film.mp4", "v1", index);
    }

    static byte[] bytes(BlockAddress address) {
        byte[] bytes = new byte[address.length()];
        new Random(address.toString().hashCode()).nextBytes(bytes);
        return bytes;
    }

    /** Whether the read is a hit; asserts that its bytes are right. */
    static boolean isRead(DiskTier tier, BlockAddress address) {
        byte[] array = new byte[address.length()];
        boolean read = tier.read(address, array, array.length);
        if (read) {
            assertThat(array).as("%s", address).isEqualTo(bytes(address));
        }
        return read;
    }
}
