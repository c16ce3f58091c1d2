package io.rangestream.examples;

import io.rangestream.client.DownloadOptions;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Downloads an object by eight concurrent parts. If it fails or is interrupted, the next run
 * resumes with the complete parts.
 */
public final class ParallelDownload {
    private static final int PARTS = 8;

    private ParallelDownload() {}

    /** Arguments: server, bucket, key, file. */
    public static void main(String[] args) throws IOException {
        try (RangeStreamClient client = RangeStreamClient.builder(args[0]).plaintext().build();
                ObjectReader object = client.open(args[1], args[2])) {
            object.downloadTo(
                    Path.of(args[3]),
                    DownloadOptions.defaults()
                            .withParts(PARTS)
                            .withProgress(
                                    (done, total) ->
                                            System.out.println(done + " of " + total + " bytes")));
        }
    }
}
