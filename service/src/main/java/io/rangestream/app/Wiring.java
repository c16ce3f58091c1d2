package io.rangestream.app;

import io.rangestream.app.config.ServerConfig.Bucket;
import io.rangestream.app.config.Tuning;
import io.rangestream.app.config.WaitLimits;
import io.rangestream.engine.BlockEngine;
import io.rangestream.engine.disk.DiskTier;
import io.rangestream.engine.limit.StoreLimiter;
import io.rangestream.grpc.GrpcEndpoint;
import io.rangestream.grpc.bidi.BidiReadCall;
import io.rangestream.http.HttpEndpoint;
import io.rangestream.http.HttpOptions;
import io.rangestream.requestlog.RequestSink;
import io.rangestream.store.BucketStores;
import io.rangestream.store.KeyOrder;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.directory.DirectoryLimits;
import io.rangestream.store.directory.DirectoryObjectStore;
import io.rangestream.store.guard.CircuitLimits;
import io.rangestream.store.guard.GuardedStore;
import io.rangestream.store.guard.ThrottleLimits;
import io.rangestream.store.s3.S3ObjectStore;
import io.rangestream.stream.Listings;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.stream.ReadPlanner;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.helidon.Connections;

import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Creates the parts of the service and connects them: stores, engine, streams, and the endpoints of
 * HTTP and gRPC. Owns these parts, and the stores that the constructor receives. {@link
 * RunningServer} creates one; {@link #close} is called once, when no request is open.
 */
public final class Wiring implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Wiring.class.getName());

    // Choice K3 of service/docs/http.md: a request for more ranges receives the whole object.
    // Apache's tests request 100 and zsync 20; the framing of 200 parts is 30 KB.
    private static final int MAX_PARTS = 200;

    private static final int MIN_LONG_MESSAGE_CALLS = 16;

    private final BucketStores stores;
    private final Optional<DiskTier> disk;
    private final BlockEngine engine;
    private final HttpEndpoint http;
    private final GrpcEndpoint grpc;
    private final ActiveResponses readers;
    private final Connections connections;

    /** Connects the parts. Takes ownership of the stores. */
    public Wiring(
            Map<String, ObjectStore> byBucket,
            Tuning tuning,
            PauseLimits pauses,
            HttpOptions responses,
            RequestSink requests,
            Clock clock) {
        this.stores = new BucketStores(byBucket);
        this.disk =
                tuning.disk()
                        .map(
                                disk ->
                                        DiskTier.open(
                                                disk.path(),
                                                disk.sizeBytes(),
                                                warning -> LOGGER.log(Level.WARNING, warning)));
        this.engine =
                new BlockEngine(
                        stores,
                        new StoreLimiter(tuning.stores().maxRequests(), tuning.waits().turn()),
                        disk,
                        tuning.engine());
        RangeStreamService streams = new RangeStreamService(engine, new ReadPlanner(MAX_PARTS));
        // Names are sorted by their UTF-8 bytes; the order of String differs for surrogates.
        TreeSet<String> names = new TreeSet<>(KeyOrder.UTF_8_BYTES);
        names.addAll(byBucket.keySet());
        Listings listings = new Listings(engine, names);
        this.readers = new ActiveResponses(pauses);
        this.connections = Connections.create(readers, pauses.arrival());
        this.http = new HttpEndpoint(streams, listings, readers, requests, clock, responses);
        this.grpc =
                new GrpcEndpoint(
                        streams,
                        listings,
                        readers,
                        requests,
                        clock,
                        longMessageCalls(tuning),
                        responses.deniedIsForbidden(),
                        BidiReadCall::begin);
    }

    /**
     * The number of gRPC calls that may have a long message at once. Messages are not part of the
     * memory budget: together they take up to a quarter of it in addition.
     */
    private static int longMessageCalls(Tuning tuning) {
        long blocks = tuning.engine().memoryBytes() / tuning.engine().blockBytes();
        return Math.clamp(blocks / 4, MIN_LONG_MESSAGE_CALLS, Integer.MAX_VALUE);
    }

    /** Opens the store of each bucket. */
    static Map<String, ObjectStore> openStores(
            SortedMap<String, Bucket> buckets, Tuning tuning, Clock clock) {
        int folders =
                Math.toIntExact(
                        buckets.values().stream()
                                .filter(bucket -> bucket instanceof Bucket.Directory)
                                .count());
        DirectoryLimits limits = DirectoryLimits.of(folders, tuning.engine().firstByteDeadline());
        Map<String, ObjectStore> stores = new HashMap<>();
        buckets.forEach(
                (name, bucket) ->
                        stores.put(
                                name,
                                switch (bucket) {
                                    case Bucket.Directory(var path, boolean cache) ->
                                            DirectoryObjectStore.of(path, cache, limits, clock);
                                    case Bucket.S3(var config) ->
                                            guarded(
                                                    name,
                                                    S3ObjectStore.create(
                                                            config,
                                                            tuning.engine().firstByteDeadline(),
                                                            clock),
                                                    tuning);
                                }));
        return stores;
    }

    private static ObjectStore guarded(String bucket, ObjectStore store, Tuning tuning) {
        WaitLimits waits = tuning.waits();
        return new GuardedStore(
                store,
                bucket,
                ThrottleLimits.DEFAULT.waitingAtMost(waits.pace()),
                CircuitLimits.DEFAULT.within(tuning.engine().firstByteDeadline()),
                waits.silence(),
                System::nanoTime,
                new SplittableRandom());
    }

    public BlockEngine engine() {
        return engine;
    }

    Optional<DiskTier> disk() {
        return disk;
    }

    BucketStores stores() {
        return stores;
    }

    HttpEndpoint http() {
        return http;
    }

    public GrpcEndpoint grpc() {
        return grpc;
    }

    public ActiveResponses readers() {
        return readers;
    }

    public Connections connections() {
        return connections;
    }

    @Override
    public void close() {
        // Closes each of them, even if another fails to close.
        try (stores;
                DiskTier _ = disk.orElse(null);
                engine;
                readers;
                grpc) {
            // The resources are closed in reverse order.
        }
    }
}
