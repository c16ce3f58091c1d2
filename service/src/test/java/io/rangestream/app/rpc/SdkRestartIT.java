package io.rangestream.app.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.store.PatternBytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A server is killed during a download and restarted; the download continues without an error. */
final class SdkRestartIT {
    private static final long LENGTH = 1L << 30;
    private static final long KILLED_AT = 300L << 20;
    private static final int PIECE_BYTES = 1 << 20;

    @TempDir private Path folder;

    @Test
    void downloadIsByteIdenticalAcrossRestart() throws IOException {
        writeObject();
        CompletableFuture<Void> half = new CompletableFuture<>();
        CompletableFuture<Void> killed = new CompletableFuture<>();
        RangestreamProcess first = RangestreamProcess.start("--directory", "films=" + folder);
        String authority = first.authority();
        try (RangeStreamClient client =
                        RangeStreamClient.builder(authority).plaintext().retryBudget(20).build();
                ObjectReader reader = client.open("films", "film")) {
            CompletableFuture<Long> read =
                    CompletableFuture.supplyAsync(() -> download(reader, half, killed));
            half.join();
            first.signal("KILL");
            first.awaitExit(Duration.ofSeconds(10));
            killed.complete(null);
            int port = URI.create("http://" + authority).getPort();
            try (RangestreamProcess _ =
                    RangestreamProcess.startOn(port, List.of(), "--directory", "films=" + folder)) {
                assertThat(read.join()).isEqualTo(LENGTH);
            }
        } finally {
            first.close();
        }
    }

    private void writeObject() throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("film"))) {
            for (long at = 0; at < LENGTH; at += PIECE_BYTES) {
                out.write(PatternBytes.of(at, PIECE_BYTES));
            }
        }
    }

    /** The number of bytes received before the first wrong one. */
    private static long download(
            ObjectReader reader, CompletableFuture<Void> half, CompletableFuture<Void> killed) {
        byte[] piece = new byte[PIECE_BYTES];
        long right = 0;
        try (InputStream in = reader.stream()) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                if (PatternBytes.firstDifference(piece, count, right) >= 0) {
                    return right;
                }
                right += count;
                if (right > KILLED_AT && half.complete(null)) {
                    killed.join();
                }
            }
            return right;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
