package io.rangestream.app.load;

import static io.rangestream.app.load.SdkBenchServer.BUCKET;
import static io.rangestream.app.load.SdkBenchServer.LENGTH;
import static io.rangestream.app.load.SdkBenchServer.WARM;

import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.rangestream.client.ByteRange;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.v1.RangeStreamServiceGrpc;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Benchmark of the SDK: its streams compared with a bare stub, and many ranges in one call compared
 * with one call for each range, with a store latency of 20 ms. Prints one table for each
 * comparison. All figures of a table come from one run with alternating rounds. {@code
 * service/bench/README.md} describes how to run it.
 */
final class SdkBench {
    private static final int BLOCK_BYTES = 256 * 1024;
    private static final int FAR_MILLIS = 20;
    private static final int WARM_UPS = 3;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final int rounds;

    private SdkBench(int rounds) {
        this.rounds = rounds;
    }

    /**
     * Runs all comparisons.
     *
     * @param args the number of measured rounds; five by default
     */
    public static void main(String[] args) throws Exception {
        SdkBench bench = new SdkBench(args.length == 0 ? 5 : Integer.parseInt(args[0]));
        bench.streams();
        bench.chunks();
        bench.ranges();
    }

    /** A workload that reads 1 GiB or many ranges. */
    private interface Work {
        void run() throws Exception;
    }

    /** The CPU and wall time of one run, in seconds. */
    private record Taken(double clientCpu, double serverCpu, double wall) {}

    private static String median(List<Taken> taken, java.util.function.ToDoubleFunction<Taken> of) {
        return String.format(Locale.ROOT, "%.2f", medianOf(taken, of));
    }

    private static double medianOf(
            List<Taken> taken, java.util.function.ToDoubleFunction<Taken> of) {
        double[] sorted = taken.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Map<String, List<Taken>> measured(Map<String, Work> works, Server server)
            throws Exception {
        Map<String, List<Taken>> results = new LinkedHashMap<>();
        for (int round = -WARM_UPS; round < rounds; round++) {
            for (Map.Entry<String, Work> work : works.entrySet()) {
                long cpu = SYSTEM.getProcessCpuTime();
                long serverCpu = server.cpuNanos();
                long start = System.nanoTime();
                work.getValue().run();
                Taken taken =
                        new Taken(
                                (SYSTEM.getProcessCpuTime() - cpu) / 1e9,
                                (server.cpuNanos() - serverCpu) / 1e9,
                                (System.nanoTime() - start) / 1e9);
                if (round >= 0) {
                    results.computeIfAbsent(work.getKey(), name -> new ArrayList<>()).add(taken);
                }
            }
        }
        return results;
    }

    private void streams() throws Exception {
        try (Server server = Server.start(BLOCK_BYTES, 0);
                Stub stub = new Stub(server.target());
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target()).plaintext().build();
                ObjectReader reader = client.open(BUCKET, WARM)) {
            Map<String, Work> works = new LinkedHashMap<>();
            works.put("bare stub, nothing checked", () -> stub.read(0, false));
            works.put("bare stub, each chunk's crc32c checked", () -> stub.read(0, true));
            works.put("SDK, `stream()`", () -> drain(reader));
            works.put("SDK, `channel()`", () -> drainChannel(reader));
            System.out.println(
                    "| 1 GiB in the server's cache | client CPU-s/GiB | times the bare stub's |"
                            + " server CPU-s/GiB | MiB/s |");
            System.out.println("|---|---|---|---|---|");
            Map<String, List<Taken>> results = measured(works, server);
            double bare = medianOf(results.values().iterator().next(), Taken::clientCpu);
            results.forEach(
                    (name, taken) ->
                            System.out.printf(
                                    Locale.ROOT,
                                    "| %s | %s | %.2f | %s | %.0f |%n",
                                    name,
                                    median(taken, Taken::clientCpu),
                                    medianOf(taken, Taken::clientCpu) / bare,
                                    median(taken, Taken::serverCpu),
                                    1024 / medianOf(taken, Taken::wall)));
            System.out.println();
        }
    }

    private static void drain(ObjectReader reader) throws IOException {
        byte[] buffer = new byte[BLOCK_BYTES];
        try (InputStream in = reader.stream()) {
            long all = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                all += count;
            }
            require(all == LENGTH);
        }
    }

    private static void drainChannel(ObjectReader reader) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        try (SeekableByteChannel channel = reader.channel()) {
            while (channel.read(buffer) >= 0) {
                buffer.clear();
            }
            require(channel.position() == LENGTH);
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("unexpected bytes");
        }
    }

    /** Compares message lengths, with blocks of the default length and with longer ones. */
    private void chunks() throws Exception {
        System.out.println(
                "| messages of | blocks of 256 KiB: server, client CPU-s/GiB; MiB/s |"
                        + " blocks of 1 MiB: server, client; MiB/s |");
        System.out.println("|---|---|---|");
        Map<String, String> usual = chunks(BLOCK_BYTES, 16, 64, 128, 256);
        Map<String, String> longer = chunks(1 << 20, 16, 64, 128, 256, 512, 1024);
        longer.forEach(
                (name, figures) ->
                        System.out.printf(
                                "| %s | %s | %s |%n",
                                name, usual.getOrDefault(name, "–"), figures));
        System.out.println();
    }

    private Map<String, String> chunks(int blockBytes, int... kibibytes) throws Exception {
        try (Server server = Server.start(blockBytes, 0);
                Stub stub = new Stub(server.target())) {
            Map<String, Work> works = new LinkedHashMap<>();
            for (int length : kibibytes) {
                works.put(length + " KiB", () -> stub.read(length * 1024, false));
            }
            Map<String, String> figures = new LinkedHashMap<>();
            measured(works, server)
                    .forEach(
                            (name, taken) ->
                                    figures.put(
                                            name,
                                            median(taken, Taken::serverCpu)
                                                    + ", "
                                                    + median(taken, Taken::clientCpu)
                                                    + "; "
                                                    + Math.round(
                                                            1024 / medianOf(taken, Taken::wall))));
            return figures;
        }
    }

    private void ranges() throws Exception {
        Random random = new Random(8);
        long[] anywhere = random.longs(256, 0, LENGTH - 65_536).toArray();
        long[] near = java.util.stream.LongStream.range(0, 256).map(i -> i * 40_000).toArray();
        System.out.println(
                "| 256 ranges of an object that is not in the cache, store "
                        + FAR_MILLIS
                        + " ms away | `readVectored`, ms | `readAsync` of each, 16 at once |"
                        + " one call after another | times `readVectored` |");
        System.out.println("|---|---|---|---|---|");
        ranges("64 KiB each, anywhere in 1 GiB", anywhere, 65_536);
        ranges("8 KiB each, every 40 KB", near, 8192);
    }

    private void ranges(String name, long[] positions, int length) throws Exception {
        try (Server server = Server.start(BLOCK_BYTES, FAR_MILLIS);
                RangeStreamClient client =
                        RangeStreamClient.builder(server.target()).plaintext().build()) {
            Cold cold = new Cold(client);
            Map<String, Work> works = new LinkedHashMap<>();
            works.put("vectored", () -> vectored(cold.next(), positions, length));
            works.put("async", () -> async(cold.next(), positions, length));
            works.put("one by one", () -> oneByOne(cold.next(), positions, length));
            Map<String, List<Taken>> results = measured(works, server);
            double[] millis =
                    results.values().stream()
                            .mapToDouble(taken -> 1000 * medianOf(taken, Taken::wall))
                            .toArray();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.0f | %.1f; %.1f |%n",
                    name,
                    millis[0],
                    millis[1],
                    millis[2],
                    millis[1] / millis[0],
                    millis[2] / millis[0]);
        }
    }

    /** Opens an object that has not been read yet, so that it is not in the cache. */
    private static final class Cold {
        private final RangeStreamClient client;
        private int next;

        Cold(RangeStreamClient client) {
            this.client = client;
        }

        ObjectReader next() throws IOException {
            return client.open(BUCKET, SdkBenchServer.cold(next++));
        }
    }

    private static void vectored(ObjectReader opened, long[] positions, int length)
            throws IOException {
        try (ObjectReader reader = opened) {
            List<ByteRange> ranges =
                    Arrays.stream(positions)
                            .mapToObj(at -> ByteRange.of(at, at + length - 1))
                            .toList();
            reader.readVectored(ranges, ByteBuffer::allocate).forEach(CompletableFuture::join);
        }
    }

    private static void async(ObjectReader opened, long[] positions, int length)
            throws IOException {
        try (ObjectReader reader = opened) {
            Arrays.stream(positions)
                    .mapToObj(at -> reader.readAsync(at, ByteBuffer.allocate(length)))
                    .toList()
                    .forEach(CompletableFuture::join);
        }
    }

    private static void oneByOne(ObjectReader opened, long[] positions, int length)
            throws IOException {
        try (ObjectReader reader = opened) {
            for (long position : positions) {
                require(reader.read(position, ByteBuffer.allocate(length)) == length);
            }
        }
    }

    /** Reads with the generated stub. */
    private static final class Stub implements AutoCloseable {
        private final ManagedChannel channel;

        Stub(String target) {
            channel =
                    NettyChannelBuilder.forTarget(target)
                            .usePlaintext()
                            .flowControlWindow(1 << 20)
                            .maxInboundMessageSize(4 << 20)
                            .build();
        }

        void read(int maxChunkBytes, boolean checked) {
            ReadRangeRequest.Builder request =
                    ReadRangeRequest.newBuilder().setBucket(BUCKET).setKey(WARM);
            if (maxChunkBytes > 0) {
                request.setMaxChunkBytes(maxChunkBytes);
            }
            Iterator<ReadRangeResponse> parts =
                    RangeStreamServiceGrpc.newBlockingStub(channel).readRange(request.build());
            long all = 0;
            CRC32C crc = new CRC32C();
            while (parts.hasNext()) {
                ReadRangeResponse part = parts.next();
                ByteString data = part.getChunk().getData();
                all += data.size();
                if (checked && part.hasChunk()) {
                    crc.reset();
                    crc.update(data.asReadOnlyByteBuffer());
                    require((int) crc.getValue() == part.getChunk().getCrc32C());
                }
            }
            require(all == LENGTH);
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }

    /** {@link SdkBenchServer} in a separate process. */
    private record Server(Process process, String target) implements AutoCloseable {
        static Server start(int blockBytes, int storeMillis) throws IOException {
            Process process =
                    new ProcessBuilder(
                                    System.getProperty("java.home") + "/bin/java",
                                    "-Xmx4g",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    SdkBenchServer.class.getName(),
                                    Integer.toString(blockBytes),
                                    Integer.toString(storeMillis))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String port = process.inputReader().readLine();
            return new Server(process, "127.0.0.1:" + port);
        }

        long cpuNanos() {
            return process.toHandle().info().totalCpuDuration().orElseThrow().toNanos();
        }

        @Override
        public void close() throws IOException {
            process.outputWriter().close();
            process.destroy();
        }
    }
}
