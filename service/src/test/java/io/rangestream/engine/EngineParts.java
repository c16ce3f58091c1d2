package io.rangestream.engine;

import io.rangestream.condition.EntityTag;
import io.rangestream.condition.Validators;
import io.rangestream.engine.gate.StoreGate;
import io.rangestream.range.ByteRange;
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
final class EngineParts {
    static final ObjectId ID = EngineUnderTest.ID;
    static final int BLOCK_BYTES = EngineUnderTest.BLOCK_BYTES;
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");

    /** A fetch that never runs, for blocks that tests fill themselves. */
    private static final SharedFetch NO_FETCH = idleFetch(context(4), version(1));

    private EngineParts() {}

    /** A context with memory for a number of blocks and an empty store. */
    static FetchContext context(int blocks) {
        return context(blocks, InMemoryObjectStore.create(Clock.systemUTC()));
    }

    static FetchContext context(int blocks, ObjectStore store) {
        return new FetchContext(
                EngineUnderTest.withMemory((long) blocks * BLOCK_BYTES),
                store,
                new StoreGate(64, Duration.ofSeconds(30)),
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

    static CachedVersion version(BlockCache cache, long completeLength) {
        return new CachedVersion(
                new KnownObject(ID),
                representation("tag", completeLength),
                Caching.LASTING,
                BLOCK_BYTES,
                cache);
    }

    /** A fetch of a whole version, with one subscriber, that does not run. */
    static SharedFetch idleFetch(FetchContext context, CachedVersion version) {
        return new SharedFetch(
                context,
                version,
                0,
                version.completeLength(),
                0,
                new StoreConnection(context, version, "viewer"));
    }

    /** A block that the test fills and releases in place of a fetch. */
    static Block block(CachedVersion version, ByteRange range, Block.Owner owner) {
        return new Block(version, range.firstPos(), range.lastPos() + 1, NO_FETCH, owner);
    }

    /** A full block with reserved memory, the fetch's reference and the pin. */
    static Block fullBlock(FetchContext context, CachedVersion version, ByteRange range) {
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
    static Block cachedBlock(FetchContext context, CachedVersion version, ByteRange range) {
        Block block = fullBlock(context, version, range);
        context.blockEnded(block);
        block.unpin();
        block.release();
        return block;
    }
}
