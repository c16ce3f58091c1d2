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
 * Both faces as in production, over stores that can be told to fail and to dawdle: one bucket in
 * memory, and one of objects of any length.
 */
public final class ServedFaces implements AutoCloseable {
    /** In memory: A, E and O of our HTTP semantics, and whatever is put. */
    public static final String FILMS = "films";

    /**
     * Of {@link io.rangestream.testkit.store.PatternBytes}: {@link #MIDDLING} and {@link #HUGE}.
     */
    public static final String LARGE = "large";

    public static final String MIDDLING = "middling";
    public static final int MIDDLING_BYTES = 3 * 1024 * 1024 + 17;
    public static final String HUGE = "huge";
    public static final long HUGE_BYTES = 5L * 1024 * 1024 * 1024 + 3;
    public static final String PAUSED = "paused";
    public static final int PAUSED_BYTES = 64 * 1024 * 1024;

    /** Less than the largest objects, so that these tests go through what comes and goes. */
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

    public ServedFaces() {
        this(Map.of());
    }

    /** With more objects in {@link #LARGE}, of so many bytes each. */
    public ServedFaces(Map<String, Long> moreLargeOnes) {
        this(moreLargeOnes, PauseLimits.DEFAULT);
    }

    /** And with readers that are ended sooner. */
    public ServedFaces(Map<String, Long> moreLargeOnes, PauseLimits pauses) {
        this(moreLargeOnes, pauses, EngineConfig.ofMemory(MEMORY_BYTES));
    }

    /** And with another engine. */
    public ServedFaces(Map<String, Long> moreLargeOnes, PauseLimits pauses, EngineConfig engine) {
        this(moreLargeOnes, pauses, engine, HttpOptions.DEFAULT);
    }

    /** With other answers. */
    public ServedFaces(HttpOptions answers) {
        this(Map.of(), PauseLimits.DEFAULT, EngineConfig.ofMemory(MEMORY_BYTES), answers);
    }

    private ServedFaces(
            Map<String, Long> moreLargeOnes,
            PauseLimits pauses,
            EngineConfig engine,
            HttpOptions answers) {
        SettableClock clock = new SettableClock(LAST_MODIFIED);
        memory = InMemoryObjectStore.keepingVersions(clock);
        a = memory.put(FILMS, "A", ALPHABET, TEXT);
        memory.put(FILMS, "E", new byte[0], TEXT);
        memory.put(FILMS, "O", new byte[] {'o'}, TEXT);
        clock.set(Instant.now());
        faulty = new FaultyObjectStore(memory);
        slow = new SlowObjectStore(faulty);
        films = new CountedObjectStore(slow);
        Map<String, Long> lengths = new HashMap<>(moreLargeOnes);
        lengths.put(MIDDLING, (long) MIDDLING_BYTES);
        lengths.put(HUGE, HUGE_BYTES);
        lengths.put(PAUSED, (long) PAUSED_BYTES);
        large = new CountedObjectStore(new PatternObjectStore(lengths));
        Map<String, ObjectStore> stores = Map.of(FILMS, films, LARGE, large);
        wiring = new Wiring(stores, tuning(engine), pauses, answers, lines::add, Clock.systemUTC());
        health = new BucketHealth(stores, wiring.grpc()::serving);
    }

    public static Tuning tuning(EngineConfig engine) {
        return new Tuning(engine, StoreLimits.DEFAULT, Optional.empty(), true);
    }

    /** Sets a server up as the program does. */
    public void configure(WebServerConfig.Builder server) {
        HelidonServer.configure(server, wiring, health);
    }

    /** What the engine has done so far. */
    public EngineStats engineStats() {
        return wiring.engine().stats();
    }

    /** Those who are being answered. */
    public ActiveResponses readers() {
        return wiring.readers();
    }

    /** As at a shutdown: whoever reads is given no time. */
    public void drain() {
        health.drain();
        wiring.readers().drain(Duration.ZERO);
    }

    /** The log's line of a request, where it has ended. */
    public Optional<RequestLine> line(String correlationId) {
        return lines.stream()
                .filter(line -> line.correlationId().equals(correlationId))
                .findFirst();
    }

    /** The log's line of the request for that key, where it has ended. */
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
