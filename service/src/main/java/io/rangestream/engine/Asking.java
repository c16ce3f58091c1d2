package io.rangestream.engine;

import io.rangestream.engine.KnownObject.Known;
import io.rangestream.engine.gate.StoreGate;
import io.rangestream.range.ByteRange;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenRequest;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.store.Representation;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sends the request of a metadata lookup: a GET of the first wanted bytes if no block has them,
 * else a HEAD. The response of a GET continues as a fetch. One instance per engine; its methods run
 * on the lookup threads, except {@link #create}, which runs on the caller's. Safe for many threads.
 */
final class Asking implements KnownObject.LookupFactory {
    private final FetchContext context;

    Asking(FetchContext context) {
        this.context = context;
    }

    @Override
    public Lookup create(KnownObject object, OpenRequest request, @Nullable Known before) {
        boolean isHead =
                request.withChecksum()
                        || request.firstWanted().isEmpty()
                        || before != null && isCached(before, request.firstWanted().get());
        return new Lookup(
                object,
                isHead,
                lookup -> {
                    if (isHead) {
                        head(lookup, object, request);
                    } else {
                        get(lookup, object, request, request.firstWanted().orElseThrow());
                    }
                });
    }

    private boolean isCached(Known known, RangeSpec wanted) {
        CachedVersion version = known.version();
        return wanted.resolve(version.completeLength())
                .filter(
                        range ->
                                version.slots().covers(range.firstPos())
                                        || context.disk()
                                                .contains(
                                                        version,
                                                        version.slots().startOf(range.firstPos())))
                .isPresent();
    }

    private void head(Lookup lookup, KnownObject object, OpenRequest request) {
        try (StoreGate.Permit _ =
                context.gate().enter(object.id(), request.viewer(), lookup::isUnwanted)) {
            context.stats().storeRequests.increment();
            Representation now = lookup.call().await(() -> context.store().head(object.id()));
            lookup.succeed(new Lookup.Result(update(object, now, lookup, true), null));
        } catch (RuntimeException e) {
            fail(lookup, object, e);
        } catch (Error e) {
            fail(lookup, object, new IllegalStateException("the lookup failed", e));
            throw e;
        }
    }

    private void get(Lookup lookup, KnownObject object, OpenRequest request, RangeSpec wanted) {
        StoreGate.Permit permit = null;
        Fetch response = null;
        SharedFetch fetch = null;
        try {
            permit = context.gate().enter(object.id(), request.viewer(), lookup::isUnwanted);
            context.stats().storeRequests.increment();
            RangeSpec asked = firstFetch(wanted);
            response =
                    lookup.call().await(() -> context.open(object.id(), Optional.empty(), asked));
            requireAsked(object, response, asked);
            Known known = update(object, response.representation(), lookup, false);
            fetch = fetch(known, response, permit, request.viewer());
            lookup.succeed(new Lookup.Result(known, fetch));
        } catch (RuntimeException e) {
            fail(lookup, object, e);
        } catch (Error e) {
            fail(lookup, object, new IllegalStateException("the lookup failed", e));
            throw e;
        } finally {
            if (fetch == null) {
                release(response, permit);
            } else {
                // The fetch owns response and permit, and its block is registered: it must run and
                // end them, also after an error above.
                fetch.run();
            }
        }
    }

    private static void release(@Nullable Fetch response, StoreGate.@Nullable Permit permit) {
        try {
            if (response != null) {
                response.abort();
            }
        } finally {
            if (permit != null) {
                permit.close();
            }
        }
    }

    /** Fails if the store sent another range than the requested one: its bytes must not be used. */
    private static void requireAsked(KnownObject object, Fetch response, RangeSpec asked) {
        if (!response.covered().equals(asked.resolve(response.representation().completeLength()))) {
            throw new Unavailable(
                    object.id(), "sent " + response.covered() + " instead of " + asked, null);
        }
    }

    /**
     * Creates the fetch that continues the store's response.
     *
     * @return null if the response has no bytes, or another block covers the first one
     */
    private @Nullable SharedFetch fetch(
            Known known, Fetch response, StoreGate.Permit permit, String viewer) {
        ByteRange covered = response.covered().orElse(null);
        if (covered == null) {
            return null;
        }
        CachedVersion version = known.version();
        long firstPos = covered.firstPos();
        SharedFetch fetch =
                new SharedFetch(
                        context,
                        version,
                        firstPos,
                        version.slots().gapEnd(firstPos, covered.lastPos() + 1),
                        firstPos + context.config().readAhead().leastAheadBytes(),
                        new StoreConnection(context, version, viewer, response, permit));
        if (!fetch.add()) {
            return null;
        }
        context.fetches().register(fetch);
        return fetch;
    }

    /**
     * The range of the GET: a suffix as it is, any other bounded to the length of a first fetch.
     */
    private RangeSpec firstFetch(RangeSpec wanted) {
        return switch (wanted) {
            case RangeSpec.SuffixRange suffix -> suffix;
            case RangeSpec.IntRange(long firstPos, OptionalLong lastPos) -> {
                ReadAhead first =
                        new ReadAhead(context.config().readAhead(), context.config().blockBytes());
                long rangeEnd = Math.min(lastPos.orElse(Long.MAX_VALUE), Long.MAX_VALUE - 1) + 1;
                boolean farOut = firstPos >= Long.MAX_VALUE / 2;
                yield farOut
                        ? wanted
                        : RangeSpec.of(
                                firstPos,
                                first.nextEnd(firstPos, rangeEnd, lastPos.isPresent()) - 1);
            }
        };
    }

    /** Caches the metadata of a response, and retires the version before if it is another. */
    private Known update(KnownObject object, Representation now, Lookup lookup, boolean byHead) {
        Known[] after = new Known[1];
        Known before =
                object.update(
                        known -> {
                            requireWanted(lookup);
                            CachedVersion version =
                                    known != null
                                                    && known.version()
                                                            .representation()
                                                            .isSameVersionAs(now)
                                            ? known.version()
                                            : new CachedVersion(
                                                    object,
                                                    now,
                                                    context.store().caching(object.id(), now),
                                                    context.config().blockBytes(),
                                                    context.cache());
                            after[0] = new Known(version, now, lookup.askedAtNanos(), byHead);
                            return after[0];
                        });
        Known known = after[0];
        known.version().caching(context.store().caching(object.id(), now));
        if (before == null || before.version() != known.version()) {
            context.disk().removeOtherVersions(known.version());
        }
        if (before != null && before.version() != known.version()) {
            before.version().retire();
        }
        return known;
    }

    /**
     * Rejects the result of a cancelled lookup, since a later lookup may have newer metadata.
     * Called under the object's lock: a lookup with waiting callers cannot be replaced by another
     * meanwhile.
     */
    private static void requireWanted(Lookup lookup) {
        if (lookup.isUnwanted()) {
            throw new ReadCancelledException();
        }
    }

    private void fail(Lookup lookup, KnownObject object, RuntimeException why) {
        try {
            if (why instanceof NotFound) {
                forget(lookup, object);
            }
        } finally {
            lookup.fail(why);
        }
    }

    private static void forget(Lookup lookup, KnownObject object) {
        Known before;
        try {
            before =
                    object.update(
                            _ -> {
                                requireWanted(lookup);
                                return null;
                            });
        } catch (ReadCancelledException e) {
            // The cached metadata may be newer than this response.
            return;
        }
        if (before != null) {
            before.version().retire();
        }
    }
}
