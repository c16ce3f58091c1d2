package io.rangestream.engine.disk;

/** A block on its way to the disk. */
final class PendingWrite {
    private final BlockAddress address;
    private final byte[] array;
    private final Runnable onDone;

    PendingWrite(BlockAddress address, byte[] array, Runnable onDone) {
        this.address = address;
        this.array = array;
        this.onDone = onDone;
    }

    BlockAddress address() {
        return address;
    }

    byte[] array() {
        return array;
    }

    Runnable onDone() {
        return onDone;
    }
}
