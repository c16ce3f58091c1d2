package io.rangestream.examples;

import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;

import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Collections;
import java.util.List;

/**
 * Prints the names of the files in a ZIP archive. A ZIP archive has its directory at the end, so
 * this reads a few KiB of an archive of any size.
 */
public final class ListZip {
    private ListZip() {}

    /** Arguments: server, bucket, key. */
    public static void main(String[] args) throws IOException {
        try (RangeStreamClient client = RangeStreamClient.builder(args[0]).plaintext().build();
                ObjectReader archive = client.open(args[1], args[2])) {
            names(archive).forEach(System.out::println);
        }
    }

    /** Any library that reads from a {@link SeekableByteChannel} can read from an object. */
    static List<String> names(ObjectReader archive) throws IOException {
        try (SeekableByteChannel channel = archive.channel();
                ZipFile zip =
                        ZipFile.builder()
                                .setSeekableByteChannel(channel)
                                .setIgnoreLocalFileHeader(true)
                                .get()) {
            return Collections.list(zip.getEntries()).stream()
                    .map(ZipArchiveEntry::getName)
                    .toList();
        }
    }
}
