package io.rangestream.engine;

import io.rangestream.engine.CachedMetadata.Known;
import io.rangestream.store.OpenOptions;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Creates lookups that the test completes, with the result and at the time of its choice. */
final class ScriptedLookups implements CachedMetadata.LookupFactory {
    final List<Scripted> started = new CopyOnWriteArrayList<>();
    volatile boolean isHead = true;
    private volatile boolean atOnce;

    /** From now on each lookup succeeds as soon as it is started. */
    void succeedAtOnce() {
        atOnce = true;
    }

    @Override
    public MetadataLookup create(
            CachedMetadata object, OpenOptions request, @Nullable Known before) {
        Scripted question = new Scripted(object, isHead);
        started.add(question);
        if (atOnce) {
            question.succeed();
        }
        return question.lookup;
    }

    /** One lookup. */
    static final class Scripted {
        private final CachedMetadata object;
        private final boolean isHead;
        private final MetadataLookup lookup;
        private final CompletableFuture<Consumer<MetadataLookup>> answer =
                new CompletableFuture<>();

        private Scripted(CachedMetadata object, boolean isHead) {
            this.object = object;
            this.isHead = isHead;
            this.lookup = new MetadataLookup(object, isHead, self -> answer.join().accept(self));
        }

        /** Succeeds with the metadata of a new version, which is returned. */
        Known succeed() {
            return succeedWith(null);
        }

        /** The same, with a fetch. */
        Known succeedWith(@Nullable SharedFetch fetch) {
            CachedVersion version = EngineParts.version(1);
            Known known =
                    new Known(version, version.representation(), lookup.askedAtNanos(), isHead);
            answer.complete(
                    self -> {
                        object.update(_ -> known);
                        self.succeed(new MetadataLookup.Result(known, fetch));
                    });
            return known;
        }

        boolean isUnwanted() {
            return lookup.isUnwanted();
        }

        void fail(RuntimeException why) {
            answer.complete(self -> self.fail(why));
        }
    }
}
