package io.rangestream.engine.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens tiers over real files that fail once they are told to, for tests of what uses a tier. */
public final class FailingDisk {
    private final Path folder;
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private volatile boolean failsToRead;
    private volatile boolean failsToWrite;

    /** Works as any disk, at first. */
    public FailingDisk(Path folder) {
        this.folder = folder;
    }

    /** A tier on this disk, to be closed by the caller. */
    public DiskTier open() {
        return DiskTier.open(
                new HookedFiles(new FolderFiles(folder), this::before),
                new TierSwitch(folder.toString(), warnings::add),
                TestTier.SIZE,
                TestTier.NO_RETRY);
    }

    private void before(HookedFiles.Operation operation) throws IOException {
        boolean fails =
                switch (operation) {
                    case READ -> failsToRead;
                    case WRITE -> failsToWrite;
                    case CLAIM, LIST, CREATE, DELETE, CLOSE, CLOSE_FILE -> false;
                };
        if (fails) {
            throw new IOException("planned at " + operation);
        }
    }

    /** From now on it fails to read. */
    public void failToRead() {
        failsToRead = true;
    }

    /** From now on it fails to write. */
    public void failToWrite() {
        failsToWrite = true;
    }

    /** What tiers on it have warned of. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Where the blocks are that the first tier writes first. */
    public Path firstBlocks() {
        return folder.resolve(SegmentName.blocks(0).fileName());
    }
}
