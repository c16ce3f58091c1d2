package io.rangestream.engine;

import io.rangestream.engine.KnownObject.Known;
import io.rangestream.store.OpenRequest;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Puts questions that a test answers, when it likes and as it likes. */
final class ScriptedAsker implements KnownObject.Asker {
    final List<Question> questions = new CopyOnWriteArrayList<>();
    volatile boolean isHead = true;
    private volatile boolean atOnce;

    /** From now on each question has its answer as soon as it is put. */
    void answerAtOnce() {
        atOnce = true;
    }

    @Override
    public Lookup ask(KnownObject object, OpenRequest request, @Nullable Known before) {
        Question question = new Question(object, isHead);
        questions.add(question);
        if (atOnce) {
            question.answer();
        }
        return question.lookup;
    }

    /** One question. */
    static final class Question {
        private final KnownObject object;
        private final boolean isHead;
        private final Lookup lookup;
        private final CompletableFuture<Consumer<Lookup>> answer = new CompletableFuture<>();

        private Question(KnownObject object, boolean isHead) {
            this.object = object;
            this.isHead = isHead;
            this.lookup = new Lookup(object, isHead, self -> answer.join().accept(self));
        }

        /** Answers with a version of its own, which is returned. */
        Known answer() {
            return answerWith(null);
        }

        /** The same, with bytes on their way. */
        Known answerWith(@Nullable SharedFetch fetch) {
            CachedVersion version = EngineParts.version(1);
            Known known =
                    new Known(version, version.representation(), lookup.askedAtNanos(), isHead);
            answer.complete(
                    self -> {
                        object.learn(_ -> known);
                        self.succeed(new Lookup.Result(known, fetch));
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
