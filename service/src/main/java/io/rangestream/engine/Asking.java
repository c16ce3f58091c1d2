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
 * Puts the questions to the store: by a GET of the bytes that are wanted first, where they are not
 * there already, or else by a HEAD. What the GET brings along goes on as a fetch.
 */
final class Asking implements KnownObject.Asker {
    private final FetchContext context;

    Asking(FetchContext context) {
        this.context = context;
    }

    @Override
    public Lookup ask(KnownObject object, OpenRequest request, @Nullable Known before) {
        boolean isHead =
                request.withChecksum()
                        || request.firstWanted().isEmpty()
                        || before != null && isThere(before, request.firstWanted().get());
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

    private boolean isThere(Known known, RangeSpec wanted) {
        CachedVersion version = known.version();
        return wanted.resolve(version.completeLength())
                .filter(
                        range ->
                                version.covers(range.firstPos())
                                        || context.isOnDisk(
                                                version, version.slotStart(range.firstPos())))
                .isPresent();
    }

    private void head(Lookup lookup, KnownObject object, OpenRequest request) {
        try (StoreGate.Permit _ =
                context.gate().enter(object.id(), request.viewer(), lookup::isUnwanted)) {
            context.stats().storeRequests.increment();
            Representation now = lookup.call().await(() -> context.store().head(object.id()));
            lookup.succeed(new Lookup.Result(learn(object, now, lookup, true), null));
        } catch (RuntimeException e) {
            fail(lookup, object, e);
        } catch (Error e) {
            fail(lookup, object, new IllegalStateException("the lookup failed", e));
            throw e;
        }
    }

    private void get(Lookup lookup, KnownObject object, OpenRequest request, RangeSpec wanted) {
        StoreGate.Permit permit = null;
        Fetch answer = null;
        SharedFetch fetch = null;
        try {
            permit = context.gate().enter(object.id(), request.viewer(), lookup::isUnwanted);
            context.stats().storeRequests.increment();
            RangeSpec asked = small(wanted);
            answer = lookup.call().await(() -> context.open(object.id(), Optional.empty(), asked));
            requireAsAsked(object, answer, asked);
            Known known = learn(object, answer.representation(), lookup, false);
            fetch = fetch(known, answer, permit, request.viewer());
            lookup.succeed(new Lookup.Result(known, fetch));
        } catch (RuntimeException e) {
            fail(lookup, object, e);
        } catch (Error e) {
            fail(lookup, object, new IllegalStateException("the lookup failed", e));
            throw e;
        } finally {
            if (fetch == null) {
                letGo(answer, permit);
            } else {
                // It owns both, and its block is known: it ends them, also after an error above.
                fetch.run();
            }
        }
    }

    private static void letGo(@Nullable Fetch answer, StoreGate.@Nullable Permit permit) {
        try {
            if (answer != null) {
                answer.abort();
            }
        } finally {
            if (permit != null) {
                permit.close();
            }
        }
    }

    /** A store that answers something else than asked is an error, never data. */
    private static void requireAsAsked(KnownObject object, Fetch answer, RangeSpec asked) {
        if (!answer.covered().equals(asked.resolve(answer.representation().completeLength()))) {
            throw new Unavailable(
                    object.id(),
                    "gave " + answer.covered() + " where " + asked + " was asked",
                    null);
        }
    }

    /** What goes on from the store's answer; null where nobody needs it. */
    private @Nullable SharedFetch fetch(
            Known known, Fetch answer, StoreGate.Permit permit, String viewer) {
        ByteRange covered = answer.covered().orElse(null);
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
                        version.gapEnd(firstPos, covered.lastPos() + 1),
                        firstPos + context.config().readAhead().leastAheadBytes(),
                        new StoreConnection(context, version, viewer, answer, permit));
        if (!fetch.add()) {
            return null;
        }
        context.began(fetch);
        return fetch;
    }

    /** What is asked for without knowing the length: no more than a first fetch, and a suffix. */
    private RangeSpec small(RangeSpec wanted) {
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

    private Known learn(KnownObject object, Representation now, Lookup lookup, boolean byHead) {
        Known[] learnt = new Known[1];
        Known before =
                object.learn(
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
                            learnt[0] = new Known(version, now, lookup.askedAtNanos(), byHead);
                            return learnt[0];
                        });
        Known known = learnt[0];
        known.version().caching(context.store().caching(object.id(), now));
        if (before == null || before.version() != known.version()) {
            context.learnt(known.version());
        }
        if (before != null && before.version() != known.version()) {
            before.version().retire();
        }
        return known;
    }

    /**
     * Another may have asked since, and know better. Under the object's lock this can't change any
     * more: only after it nobody waits for this answer is another asked for.
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
                    object.learn(
                            _ -> {
                                requireWanted(lookup);
                                return null;
                            });
        } catch (ReadCancelledException e) {
            // What is known now is newer.
            return;
        }
        if (before != null) {
            before.version().retire();
        }
    }
}
