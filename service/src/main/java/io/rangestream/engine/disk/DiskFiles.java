package io.rangestream.engine.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * All that the tier does to a disk, so that a test can let any of it fail. Names are of files in
 * one flat folder. Every method may throw, which turns the tier off; it is closed then, and claimed
 * again when the disk is tried again.
 */
interface DiskFiles extends Closeable {

    /**
     * Makes the folder where there is none, and takes it for this process alone; comes first.
     *
     * @throws IOException also where another process, or this one, has taken it already
     */
    void claim() throws IOException;

    /** What is in the folder, except for what {@link #claim} put there. */
    List<Found> list() throws IOException;

    /** Makes an empty file that only this user can read; there must be nothing of that name. */
    DiskFile create(String name) throws IOException;

    /** A file that {@link #list} found; not looked at before the first read. */
    DiskFile open(String name);

    /** Deletes a file, if it is there. */
    void delete(String name) throws IOException;

    /** Gives the folder up; files that are still open stay so. */
    @Override
    void close() throws IOException;

    /**
     * A name in the folder.
     *
     * @param regular a file, not a folder or a link or worse
     */
    record Found(String name, long bytes, boolean regular) {}
}
