package io.rangestream.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What client-sdk/README.md shows: there, what stands between two marks is a block of Java. */
final class SdkReadmeSamples {
    private SdkReadmeSamples() {}

    static RangeStreamClient client(String target, Supplier<String> tokens) {
        // sample:start
        RangeStreamClient client =
                RangeStreamClient.builder(target) // as in "films.example:443"
                        .bearerToken(tokens)
                        .deadline(Duration.ofSeconds(10))
                        .build(); // shared by all threads, and closed once
        // sample:end
        return client;
    }

    static int channel(RangeStreamClient client) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(16);
        // sample:start
        try (ObjectReader film = client.open("demo", "timecode.mp4");
                SeekableByteChannel channel = film.channel()) {
            channel.position(channel.size() - 1_000_000);
            channel.read(header); // all 16 of them
        }
        // sample:end
        return header.position();
    }

    static int async(ObjectReader film) {
        // sample:start
        ByteBuffer first = ByteBuffer.allocate(4096);
        ByteBuffer second = ByteBuffer.allocate(4096);
        CompletableFuture<Integer> both =
                film.readAsync(0, first)
                        .thenCombine(film.readAsync(2_000_000, second), Integer::sum);
        // sample:end
        return both.join();
    }

    static void download(ObjectReader film, Path file) throws IOException {
        // sample:start
        film.downloadTo(
                file,
                DownloadOptions.defaults()
                        .withParts(8)
                        .withProgress((got, of) -> System.out.println(got + " of " + of)));
        // sample:end
    }

    static String failure(RangeStreamClient client) throws IOException {
        // sample:start
        try {
            return client.stat("demo", "gone.mp4").etag().orElse("none");
        } catch (NotFoundException e) {
            return e.reason().orElse("no reason");
        }
        // sample:end
    }
}
