/**
 * The disk tier below the memory cache: whole blocks of objects on disk, written behind, with
 * checksums, bounded in size, recovered after a restart. A failure of the disk is a miss, or turns
 * the tier off until the disk works again; it never fails a read. {@link
 * io.rangestream.engine.disk.DiskTier} is the entry point.
 *
 * <p>The disk holds a log. Blocks are appended to the newest of at most 512 segments. A segment is
 * a pair of files: {@code .blocks} holds the bytes of the blocks; {@code .index} holds one entry
 * for each block with its address, offset and checksum, appended after the bytes. Space is freed by
 * deleting the oldest segment. Reasons for this layout over one file per block:
 *
 * <ul>
 *   <li>Recovery reads a few index files sequentially instead of the headers of 100,000 files, and
 *       a disk of any size takes a few hundred inodes.
 *   <li>No file is modified in place, so the process may be killed at any moment: a torn entry is
 *       ignored, and bytes that a power failure lost do not match the checksum of their entry. So
 *       fsync is not needed, and not called.
 *   <li>Blocks of all lengths are stored without padding, and the size can be computed in pages of
 *       the file system and checked before each write.
 * </ul>
 *
 * <p>The drawback is eviction by age. Second chances reduce it: when a segment is evicted, blocks
 * that were read since they were written are appended again, up to half of the segment.
 */
@NullMarked
package io.rangestream.engine.disk;

import org.jspecify.annotations.NullMarked;
