package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.engine.limit.StoreLimiter;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.Caching;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStore;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;
import io.rangestream.store.memory.InMemoryObjectStore;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Creates parts of an engine for tests of a single part. */
public final class EngineParts {
    static final ObjectId ID = EngineUnderTest.ID;
    public static final int BLOCK_BYTES = EngineUnderTest.BLOCK_BYTES;
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");

    /** A fetch that never runs, for blocks that tests fill themselves. */
    private static final SharedFetch NO_FETCH = idleFetch(context(4), version(1));

    private EngineParts() {}

    /** A context with memory for a number of blocks and an empty store. */
    public static EngineContext context(int blocks) {
        return context(blocks, InMemoryObjectStore.create(Clock.systemUTC()));
    }

    static EngineContext context(int blocks, ObjectStore store) {
        return new EngineContext(
                EngineUnderTest.withMemory((long) blocks * BLOCK_BYTES),
                store,
                new StoreLimiter(64, Duration.ofSeconds(30)),
                null);
    }

    static Representation representation(String tag, long completeLength) {
        return new Representation(
                completeLength,
                new Validators(Optional.of(EntityTag.strong(tag)), Optional.of(MODIFIED), MODIFIED),
                Optional.empty(),
                StoredFields.NONE,
                Optional.empty());
    }

    /** A version with a separate cache. */
    static CachedVersion version(long completeLength) {
        return version(new BlockCache(1 << 20), completeLength);
    }

    public static CachedVersion version(BlockCache cache, long completeLength) {
        return new CachedVersion(
                new CachedMetadata(ID),
                representation("tag", completeLength),
                Caching.LASTING,
                BLOCK_BYTES,
                cache);
    }

    /** A fetch of a whole version, with one subscriber, that does not run. */
    static SharedFetch idleFetch(EngineContext context, CachedVersion version) {
        return new SharedFetch(
                context,
                version,
                0,
                version.completeLength(),
                0,
                new StoreStream(context, version, "viewer"));
    }

    /** A block that the test fills and releases in place of a fetch. */
    static Block block(CachedVersion version, ResolvedRange range, Block.Owner owner) {
        return new Block(version, range.firstPos(), range.lastPos() + 1, NO_FETCH, owner);
    }

    /** A full block with reserved memory, the fetch's reference and the pin. */
    public static Block fullBlock(
            EngineContext context, CachedVersion version, ResolvedRange range) {
        Block block = block(version, range, context);
        if (!context.budget().tryReserve(block.costBytes()) || !version.slots().add(block)) {
            throw new IllegalStateException("no room for " + range);
        }
        block.allocate(new byte[block.capacity()]);
        block.fill(block.capacity());
        block.end(null);
        return block;
    }

    /** A full block with the cache's reference only. */
    static Block cachedBlock(EngineContext context, CachedVersion version, ResolvedRange range) {
        Block block = fullBlock(context, version, range);
        context.blockEnded(block);
        block.unpin();
        block.release();
        return block;
    }
}
