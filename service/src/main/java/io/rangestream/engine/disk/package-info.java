/**
 * The disk tier under the memory tier: whole blocks of objects, written behind, checksummed,
 * bounded, found again after a restart. What fails here is a miss, or turns this tier off until the
 * disk works again; it is never an error of a read.
 *
 * <p>On disk is a log. Blocks are appended to the newest of at most a few hundred segments, each a
 * pair of files: {@code .blocks} has nothing but the bytes of blocks, {@code .index} one entry for
 * each, with its address, its place and its checksum, appended after the bytes. Space comes back by
 * deleting the oldest segment. Against one file for each block this was chosen because:
 *
 * <ul>
 *   <li>what is there after a start is read from a few index files in order, not from 100,000 heads
 *       of files, and a disk of any size costs some hundred inodes;
 *   <li>nothing is ever written in place, so that a process may be killed at any moment: a torn
 *       entry is not an entry, and bytes that a power cut took do not match their entry's checksum.
 *       No fsync is needed for that, and none is made;
 *   <li>blocks of all lengths and block sizes lie close together, and the bound can be counted in
 *       whole pages of the file system and held before a byte is written.
 * </ul>
 *
 * The price is the order of eviction, which is by age. It is mended by a second chance: when a
 * segment goes, blocks that were read since they were written are appended again, up to half of it.
 */
@NullMarked
package io.rangestream.engine.disk;

import org.jspecify.annotations.NullMarked;
