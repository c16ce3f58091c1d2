package io.rangestream.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Memory use does not depend on the object's length: clients read windows across 5 GiB from a
 * server with a heap of 256 MiB.
 */
final class LargeObjectIT {
    private static final long LENGTH = 5L * 1024 * 1024 * 1024 + 12_345;
    private static final int WINDOW = 1024 * 1024;
    private static final int WRITTEN_WINDOWS = 40;
    private static final int CLIENTS = 20;
    private static final int READS_OF_EACH = 25;
    private static final long SEED = 20_240_102;

    @Test
    void twentyClientsReadWindowsAcrossTheObject(@TempDir Path folder) throws Exception {
        List<Long> written = makeSparse(folder.resolve("object"));
        try (RangestreamProcess server =
                        RangestreamProcess.start(
                                List.of("-Xmx256m"), "--directory", "big=" + folder);
                RangeStreamClient grpc =
                        RangeStreamClient.builder("127.0.0.1:" + server.uri().getPort())
                                .plaintext()
                                .build();
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(SEED + i);
                Callable<Boolean> client =
                        i % 2 == 0
                                ? () -> readOverHttp(server.uri().getPort(), random, written)
                                : () -> readOverGrpc(grpc, random, written);
                done.add(clients.submit(client));
            }
            for (Future<Boolean> client : done) {
                client.get();
            }
            assertThat(server.isAlive()).isTrue();
            assertThat(server.complained()).doesNotContain("OutOfMemoryError", "Exception");
        }
    }

    /** Writes a few windows of the pattern, some beyond 4 GiB, to a sparse file. */
    private static List<Long> makeSparse(Path path) throws IOException {
        List<Long> positions = new ArrayList<>();
        Random random = new Random(SEED);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(LENGTH);
            for (int i = 0; i < WRITTEN_WINDOWS; i++) {
                positions.add(random.nextLong(LENGTH / WINDOW) * WINDOW);
            }
            positions.add(4L * 1024 * 1024 * 1024);
            for (long position : positions) {
                file.seek(position);
                file.write(PatternBytes.of(position, WINDOW));
            }
        }
        return positions;
    }

    private static boolean readOverHttp(int port, Random random, List<Long> written)
            throws IOException {
        try (Http1Wire wire = Http1Wire.connect(port)) {
            for (int i = 0; i < READS_OF_EACH; i++) {
                long first = position(random, i, written);
                long last = first + WINDOW - 1;
                WireResponse answer =
                        wire.ask(
                                "GET", "/objects/big/object", "Range: bytes=" + first + "-" + last);
                assertThat(answer.status()).isEqualTo(206);
                assertThat(answer.field("Content-Range"))
                        .hasValue("bytes " + first + "-" + last + "/" + LENGTH);
                check(answer.body(), first, written);
            }
        }
        return true;
    }

    private static boolean readOverGrpc(RangeStreamClient client, Random random, List<Long> written)
            throws IOException {
        try (ObjectReader object = client.open("big", "object")) {
            for (int i = 0; i < READS_OF_EACH; i++) {
                long first = position(random, i, written);
                ByteBuffer window = ByteBuffer.allocate(WINDOW);
                assertThat(object.read(first, window)).isEqualTo(WINDOW);
                check(window.array(), first, written);
            }
        }
        return true;
    }

    /** The position of a written window on even turns, and of a random window on odd turns. */
    private static long position(Random random, int turn, List<Long> written) {
        return turn % 2 == 0
                ? written.get(random.nextInt(written.size()))
                : random.nextLong((LENGTH - WINDOW) / WINDOW) * WINDOW;
    }

    private static void check(byte[] bytes, long firstPos, List<Long> written) {
        if (written.contains(firstPos)) {
            assertThat(PatternBytes.firstDifference(bytes, bytes.length, firstPos)).isEqualTo(-1);
        } else {
            assertThat(bytes).isEqualTo(new byte[WINDOW]);
        }
    }
}
