package io.rangestream.app;

import io.helidon.webserver.WebServerConfig;
import io.rangestream.app.config.Tuning;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.EngineStats;
import io.rangestream.engine.limit.StoreLimits;
import io.rangestream.http.HttpOptions;
import io.rangestream.requestlog.RequestLine;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;
import io.rangestream.store.memory.InMemoryObjectStore;
import io.rangestream.testkit.SettableClock;
import io.rangestream.testkit.store.CountedObjectStore;
import io.rangestream.testkit.store.FaultyObjectStore;
import io.rangestream.testkit.store.PatternObjectStore;
import io.rangestream.testkit.store.SlowObjectStore;
import io.rangestream.transport.ActiveResponses;
import io.rangestream.transport.PauseLimits;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The HTTP and gRPC endpoints, wired as in production, over two test buckets. One bucket is in
 * memory and can be made to fail or respond slowly. The other one generates objects of any length.
 * Used by the wire tests; each test class owns one and closes it.
 */
public final class ServedEndpoints implements AutoCloseable {
    /**
     * The bucket in memory: the objects A, E and O of the HTTP semantics tests, and objects that a
     * test puts.
     */
    public static final String FILMS = "films";

    /**
     * The bucket of {@link io.rangestream.testkit.store.PatternBytes}: {@link #MIDDLING}, {@link
     * #HUGE} and {@link #PAUSED}.
     */
    public static final String LARGE = "large";

    public static final String MIDDLING = "middling";
    public static final int MIDDLING_BYTES = 3 * 1024 * 1024 + 17;
    public static final String HUGE = "huge";
    public static final long HUGE_BYTES = 5L * 1024 * 1024 * 1024 + 3;
    public static final String PAUSED = "paused";
    public static final int PAUSED_BYTES = 64 * 1024 * 1024;

    /** Smaller than the largest objects, so that these tests exercise eviction. */
    public static final long MEMORY_BYTES = 32L * 1024 * 1024;

    public static final byte[] ALPHABET =
            "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    public static final Instant LAST_MODIFIED = Instant.parse("2024-01-02T03:04:05Z");
    public static final StoredFields TEXT = StoredFields.ofContentType(Optional.of("text/plain"));

    public final InMemoryObjectStore memory;
    public final FaultyObjectStore faulty;
    public final SlowObjectStore slow;
    public final CountedObjectStore films;
    public final CountedObjectStore large;
    public final Representation a;
    public final List<RequestLine> lines = new CopyOnWriteArrayList<>();

    private final Wiring wiring;
    private final BucketHealth health;

    public ServedEndpoints() {
        this(Map.of());
    }

    /** With more objects in {@link #LARGE}: key to length in bytes. */
    public ServedEndpoints(Map<String, Long> moreLargeObjects) {
        this(moreLargeObjects, PauseLimits.DEFAULT);
    }

    /** Also with other pause limits. */
    public ServedEndpoints(Map<String, Long> moreLargeObjects, PauseLimits pauses) {
        this(moreLargeObjects, pauses, EngineConfig.ofMemory(MEMORY_BYTES));
    }

    /** Also with another engine configuration. */
    public ServedEndpoints(
            Map<String, Long> moreLargeObjects, PauseLimits pauses, EngineConfig engine) {
        this(moreLargeObjects, pauses, engine, HttpOptions.DEFAULT);
    }

    /** With other HTTP options. */
    public ServedEndpoints(HttpOptions options) {
        this(Map.of(), PauseLimits.DEFAULT, EngineConfig.ofMemory(MEMORY_BYTES), options);
    }

    private ServedEndpoints(
            Map<String, Long> moreLargeObjects,
            PauseLimits pauses,
            EngineConfig engine,
            HttpOptions options) {
        SettableClock clock = new SettableClock(LAST_MODIFIED);
        memory = InMemoryObjectStore.keepingVersions(clock);
        a = memory.put(FILMS, "A", ALPHABET, TEXT);
        memory.put(FILMS, "E", new byte[0], TEXT);
        memory.put(FILMS, "O", new byte[] {'o'}, TEXT);
        clock.set(Instant.now());
        faulty = new FaultyObjectStore(memory);
        slow = new SlowObjectStore(faulty);
        films = new CountedObjectStore(slow);
        Map<String, Long> lengths = new HashMap<>(moreLargeObjects);
        lengths.put(MIDDLING, (long) MIDDLING_BYTES);
        lengths.put(HUGE, HUGE_BYTES);
        lengths.put(PAUSED, (long) PAUSED_BYTES);
        large = new CountedObjectStore(new PatternObjectStore(lengths));
        Map<String, ObjectStore> stores = Map.of(FILMS, films, LARGE, large);
        wiring = new Wiring(stores, tuning(engine), pauses, options, lines::add, Clock.systemUTC());
        health = new BucketHealth(stores, wiring.grpc()::serving);
    }

    public static Tuning tuning(EngineConfig engine) {
        return new Tuning(engine, StoreLimits.DEFAULT, Optional.empty(), true);
    }

    /** Configures a server as the program does. */
    public void configure(WebServerConfig.Builder server) {
        HelidonServer.configure(server, wiring, health);
    }

    /** The engine's statistics so far. */
    public EngineStats engineStats() {
        return wiring.engine().stats();
    }

    /** The responses in progress. */
    public ActiveResponses readers() {
        return wiring.readers();
    }

    /** Drains as at a shutdown, with a grace period of zero. */
    public void drain() {
        health.drain();
        wiring.readers().drain(Duration.ZERO);
    }

    /** The log line of a request; empty until the request has ended. */
    public Optional<RequestLine> line(String correlationId) {
        return lines.stream()
                .filter(line -> line.correlationId().equals(correlationId))
                .findFirst();
    }

    /** The log line of the first ended request for the key; empty if no such request has ended. */
    public Optional<RequestLine> lineOf(String key) {
        return lines.stream()
                .filter(line -> line.objectId().filter(id -> id.key().equals(key)).isPresent())
                .findFirst();
    }

    public String tag() {
        return a.entityTag().orElseThrow().toString();
    }

    @Override
    public void close() {
        health.close();
        wiring.close();
    }
}
