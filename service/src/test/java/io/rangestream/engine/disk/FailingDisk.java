package io.rangestream.engine.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens tiers over real files that fail on demand, for tests of the users of a tier. */
public final class FailingDisk {
    private final Path folder;
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private volatile boolean failsToRead;
    private volatile boolean failsToWrite;

    /** A disk that works until one of the methods below makes it fail. */
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

    /** Makes all later reads fail. */
    public void failToRead() {
        failsToRead = true;
    }

    /** Makes all later writes fail. */
    public void failToWrite() {
        failsToWrite = true;
    }

    /** The warnings of the tiers on this disk. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** The {@code .blocks} file that the first tier writes first. */
    public Path firstBlocks() {
        return folder.resolve(SegmentName.blocks(0).fileName());
    }
}
