package io.rangestream.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** The samples of client-sdk/README.md: the lines between two marks are a block of Java. */
final class SdkReadmeSamples {
    private SdkReadmeSamples() {}

    static RangeStreamClient client(String target, Supplier<String> tokens) {
        // sample:start
        RangeStreamClient client =
                RangeStreamClient.builder(target) // as in "films.example:443"
                        .bearerToken(tokens)
                        .deadline(Duration.ofSeconds(10))
                        .build(); // share it between threads, close it at the end
        // sample:end
        return client;
    }

    static byte[] oneCall(RangeStreamClient client) throws IOException {
        // sample:start
        try (RangeInputStream tail = client.read("demo", "timecode.mp4", ByteRange.suffix(4096))) {
            long length = tail.metadata().completeLength();
            System.out.println("from " + tail.firstPos().getAsLong() + " of " + length);
            return tail.readAllBytes();
        }
        // sample:end
    }

    static ObjectMetadata version(RangeStreamClient client) throws IOException {
        // sample:start
        ObjectRef earlier = ObjectRef.of("demo", "timecode.mp4").withVersion("7");
        try (ObjectReader film = client.open(earlier)) {
            return film.metadata();
        }
        // sample:end
    }

    static long within(ObjectReader film, OutputStream out) throws IOException {
        // sample:start
        ReadOptions options = ReadOptions.defaults().withDeadline(Duration.ofSeconds(20));
        try (InputStream all = film.stream(ByteRange.whole(), options)) {
            return all.transferTo(out); // within 20 s, or DeadlineExceededException
        }
        // sample:end
    }

    static int channel(RangeStreamClient client) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(16);
        // sample:start
        try (ObjectReader film = client.open("demo", "timecode.mp4");
                SeekableByteChannel channel = film.channel()) {
            channel.position(channel.size() - 1_000_000);
            channel.read(header); // reads all 16 bytes
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

    static void vectored(ObjectReader film) {
        // sample:start
        List<CompletableFuture<ByteBuffer>> columns =
                film.readVectored(
                        List.of(
                                ByteRange.at(4, 1000),
                                ByteRange.at(50_000, 1000),
                                ByteRange.suffix(8)),
                        ByteBuffer::allocate);
        for (CompletableFuture<ByteBuffer> column : columns) {
            System.out.println(column.join().remaining() + " bytes"); // as soon as it is complete
        }
        // sample:end
    }

    static void publisher(ObjectReader film, Flow.Subscriber<ByteBuffer> subscriber) {
        // sample:start
        Flow.Publisher<ByteBuffer> million = film.publisher(ByteRange.of(0, 999_999));
        million.subscribe(subscriber);
        // sample:end
    }

    static void download(ObjectReader film, Path file) throws IOException {
        // sample:start
        film.downloadTo(
                file,
                DownloadOptions.defaults()
                        .withParts(8)
                        .withProgress((done, total) -> System.out.println(done + " of " + total)));
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
