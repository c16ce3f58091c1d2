package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.engine.KnownObject.Found;
import io.rangestream.engine.KnownObject.Known;
import io.rangestream.engine.KnownObject.Patience;
import io.rangestream.range.ByteRange;
import io.rangestream.store.Caching;
import io.rangestream.store.Cancellation;
import io.rangestream.store.OpenRequest;
import io.rangestream.store.OpenRequest.Freshness;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Optional;

/** How long what is known of an object is good for whom, and when it is forgotten. */
class KnownObjectTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final KnownObject object = new KnownObject(EngineParts.ID);
    private final ScriptedAsker asker = new ScriptedAsker();

    private static OpenRequest request(Freshness freshness) {
        return new OpenRequest(EngineParts.ID, Optional.empty(), freshness, false, "viewer");
    }

    private static OpenRequest withChecksum() {
        return new OpenRequest(
                EngineParts.ID, Optional.empty(), Freshness.LIFETIME, true, "viewer");
    }

    private static Patience patience() {
        return new Patience(System.nanoTime() + HOUR.toNanos(), new Cancellation());
    }

    private void know(CachedVersion version, Duration age, boolean byHead) {
        long askedAtNanos = System.nanoTime() - age.toNanos();
        Known known = new Known(version, version.representation(), askedAtNanos, byHead);
        object.learn(_ -> known);
    }

    private CachedVersion know(Duration age, boolean byHead) {
        CachedVersion version = EngineParts.version(1);
        know(version, age, byHead);
        return version;
    }

    @ParameterizedTest
    @CsvSource({
        // freshness, its age and its lifetime in seconds, whether it is asked anew
        "LIFETIME,       1,  100, false",
        "LIFETIME,     100,    1, true",
        "LIFETIME,       0,    0, true",
        "REVALIDATED,    0,  100, false",
        "REVALIDATED,   50,  100, true",
        "REVALIDATED,    0,    0, true",
        "ASKED_NOW,      0,  100, true",
    })
    void whatIsKnownIsGoodForSoLong(Freshness freshness, int age, int lifetime, boolean asked) {
        CachedVersion before = know(Duration.ofSeconds(age), true);
        asker.answerAtOnce();
        Found found =
                object.find(request(freshness), Duration.ofSeconds(lifetime), patience(), asker);
        assertThat(asker.questions).hasSize(asked ? 1 : 0);
        assertThat(found.known().version().equals(before)).isEqualTo(!asked);
        assertThat(found.collapsed()).isFalse();
        assertThat(found.broughtBytes()).isFalse();
    }

    @Test
    void whatDoesNotLastIsAskedEachTime() {
        CachedVersion before = know(Duration.ZERO, true);
        before.caching(Caching.BLOCKS_ONLY);
        asker.answerAtOnce();
        object.find(request(Freshness.LIFETIME), HOUR, patience(), asker);
        assertThat(asker.questions).hasSize(1);
    }

    @Test
    void theChecksumIsKnownByAHeadOnly() {
        asker.answerAtOnce();
        know(Duration.ZERO, false);
        object.find(withChecksum(), HOUR, patience(), asker);
        assertThat(asker.questions).hasSize(1);
        know(Duration.ZERO, true);
        object.find(withChecksum(), HOUR, patience(), asker);
        assertThat(asker.questions).hasSize(1);
    }

    @Test
    void itIsForgottenWhereNothingIsKnownAndNobodyWorksWithIt() {
        assertThat(object.enter()).isTrue();
        assertThat(object.forgetIfIdle(System.nanoTime())).isFalse();
        object.leave();
        assertThat(object.users()).isZero();
        assertThat(object.forgetIfIdle(System.nanoTime())).isTrue();
        assertThat(object.enter()).isFalse();
        assertThat(object.users()).isZero();
        assertThat(object.forgetIfIdle(System.nanoTime())).as("once").isFalse();
    }

    @Test
    void itIsNotForgottenBeforeItsLifetimeIsOver() {
        know(Duration.ofSeconds(10), true);
        assertThat(object.forgetIfIdle(System.nanoTime() - Duration.ofSeconds(20).toNanos()))
                .isFalse();
        assertThat(object.forgetIfIdle(System.nanoTime() - Duration.ofSeconds(5).toNanos()))
                .isTrue();
    }

    @Test
    void itIsNotForgottenWhileBlocksOfItAreKept() {
        FetchContext context = EngineParts.context(4);
        CachedVersion version = EngineParts.version(context.cache(), 8);
        know(version, HOUR, true);
        EngineParts.cachedBlock(context, version, ByteRange.whole(8));
        assertThat(object.forgetIfIdle(System.nanoTime())).isFalse();
        context.cache().clear();
        assertThat(object.forgetIfIdle(System.nanoTime())).isTrue();
    }
}
