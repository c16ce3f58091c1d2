package io.rangestream.engine.disk;

import io.rangestream.engine.disk.DiskFiles.DiskFile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The entries of the tier's folder, sorted out when the writer thread recovers the segments.
 *
 * @param segments the segments with both files, the newest first
 * @param leftovers files of this tier without their counterpart, as a crash between the two leaves
 *     them; to be deleted
 * @param foreign names of entries that are not of this tier or not regular files; left untouched
 * @param highestNumber the highest segment number of all entries, foreign ones included; -1 if none
 *     has a number
 */
record SegmentScan(
        List<Pair> segments, List<String> leftovers, List<String> foreign, long highestNumber) {

    /** The lengths of the two files of a segment. */
    record Pair(long number, long blocksBytes, long indexBytes) {
        Segment segment(DiskFiles files) {
            DiskFile blocks = files.open(SegmentName.blocks(number).fileName());
            return new Segment(number, blocks, blocksBytes, indexBytes);
        }
    }

    static SegmentScan of(List<DiskFiles.Found> found) {
        TreeMap<Long, Long> blocks = new TreeMap<>();
        TreeMap<Long, Long> indexes = new TreeMap<>();
        List<String> foreign = new ArrayList<>();
        long highest = -1;
        for (DiskFiles.Found file : found) {
            Optional<SegmentName> name = SegmentName.parse(file.name());
            highest = Math.max(highest, name.map(SegmentName::number).orElse(-1L));
            if (name.isPresent() && file.regular()) {
                (name.get().isIndex() ? indexes : blocks).put(name.get().number(), file.bytes());
            } else {
                foreign.add(file.name());
            }
        }
        List<Pair> segments = new ArrayList<>();
        List<String> leftovers = new ArrayList<>();
        for (Map.Entry<Long, Long> entry : blocks.descendingMap().entrySet()) {
            Long indexBytes = indexes.remove(entry.getKey());
            if (indexBytes == null) {
                leftovers.add(SegmentName.blocks(entry.getKey()).fileName());
            } else {
                segments.add(new Pair(entry.getKey(), entry.getValue(), indexBytes));
            }
        }
        indexes.keySet().forEach(number -> leftovers.add(SegmentName.index(number).fileName()));
        return new SegmentScan(segments, leftovers, foreign, highest);
    }
}
