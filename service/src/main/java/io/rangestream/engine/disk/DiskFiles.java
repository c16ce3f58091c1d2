package io.rangestream.engine.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/**
 * All file operations of the disk tier, on the files of one flat folder. {@link FolderFiles} is the
 * implementation; tests wrap it to let any operation fail or hang. Used by the writer thread; other
 * threads call {@link DiskFile#read} only.
 *
 * <p>Any method may throw, and the tier is then turned off. The tier closes this object, and calls
 * {@link #claim} again when it retries the disk.
 */
interface DiskFiles extends Closeable {
    /** The allocation unit of common file systems. */
    long PAGE_BYTES = 4096;

    /**
     * An upper estimate of the disk space of a file: its pages, and one more for its inode, its
     * name and its extent map.
     */
    static long spaceOf(long fileBytes) {
        return (fileBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES + PAGE_BYTES;
    }

    /**
     * Creates the folder if it is absent, and locks it for this tier. Called before any other
     * method.
     *
     * @throws IOException also if another tier, in this or in another process, has locked it
     */
    void claim() throws IOException;

    /** The entries of the folder, except for the lock file of {@link #claim}. */
    List<Found> list() throws IOException;

    /**
     * Creates an empty file that only this user can read.
     *
     * @throws IOException also if the name exists
     */
    DiskFile create(String name) throws IOException;

    /** Returns a file that {@link #list} found. Opens it at the first read. */
    DiskFile open(String name);

    /** Deletes a file if it exists. */
    void delete(String name) throws IOException;

    /** Unlocks the folder. Open files stay open. */
    @Override
    void close() throws IOException;

    /**
     * An entry of the folder.
     *
     * @param name the file name, without the folder
     * @param bytes the length of the file
     * @param regular whether it is a regular file, not a folder, a link or a device
     */
    record Found(String name, long bytes, boolean regular) {}

    /** A file, written by the writer thread and read by many threads at once. */
    interface DiskFile extends Closeable {

        /** Writes all of {@code array[0..length)} at a position. */
        void write(byte[] array, int length, long position) throws IOException;

        /**
         * Reads into {@code array[0..length)} from a position.
         *
         * @return the number of bytes; fewer than {@code length} only at the end of the file
         * @throws ClosedByInterruptException if this thread is interrupted; other threads can
         *     continue to use the file
         * @throws ClosedChannelException after {@link #close}, which may be called during a read
         */
        int read(byte[] array, int length, long position) throws IOException;

        @Override
        void close() throws IOException;
    }
}
