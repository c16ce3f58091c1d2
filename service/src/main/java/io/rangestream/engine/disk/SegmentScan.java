package io.rangestream.engine.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a folder's names say at a start.
 *
 * @param segments both files are there, the youngest first
 * @param leftovers ours, and of no use: one file without the other, after a crash between the two
 * @param foreign not ours, or not a plain file: nobody touches these
 * @param highestNumber of all that is or looks like ours; -1 where there is none
 */
record SegmentScan(
        List<Pair> segments, List<String> leftovers, List<String> foreign, long highestNumber) {

    /** A segment's files, by their lengths. */
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
