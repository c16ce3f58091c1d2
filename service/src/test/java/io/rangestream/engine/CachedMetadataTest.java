package io.rangestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.engine.CachedMetadata.Found;
import io.rangestream.engine.CachedMetadata.Known;
import io.rangestream.engine.CachedMetadata.WaitLimit;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.Caching;
import io.rangestream.store.Cancellation;
import io.rangestream.store.OpenOptions;
import io.rangestream.store.OpenOptions.Freshness;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Optional;

/** Tests how long cached metadata is used, by freshness, and when an object expires. */
class CachedMetadataTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CachedMetadata object = new CachedMetadata(EngineParts.ID);
    private final ScriptedLookups lookups = new ScriptedLookups();

    private static OpenOptions request(Freshness freshness) {
        return new OpenOptions(EngineParts.ID, Optional.empty(), freshness, false, "viewer");
    }

    private static OpenOptions withChecksum() {
        return new OpenOptions(
                EngineParts.ID, Optional.empty(), Freshness.LIFETIME, true, "viewer");
    }

    private static WaitLimit limit() {
        return new WaitLimit(System.nanoTime() + HOUR.toNanos(), new Cancellation());
    }

    private void know(CachedVersion version, Duration age, boolean byHead) {
        long askedAtNanos = System.nanoTime() - age.toNanos();
        Known known = new Known(version, version.representation(), askedAtNanos, byHead);
        object.update(_ -> known);
    }

    private CachedVersion know(Duration age, boolean byHead) {
        CachedVersion version = EngineParts.version(1);
        know(version, age, byHead);
        return version;
    }

    @ParameterizedTest
    @CsvSource({
        // freshness, age and time to live in seconds, whether the store is asked
        "LIFETIME,       1,  100, false",
        "LIFETIME,     100,    1, true",
        "LIFETIME,       0,    0, true",
        "REVALIDATED,    0,  100, false",
        "REVALIDATED,   50,  100, true",
        "REVALIDATED,    0,    0, true",
        "ASKED_NOW,      0,  100, true",
    })
    void reusesMetadataWithinFreshness(Freshness freshness, int age, int lifetime, boolean asked) {
        CachedVersion before = know(Duration.ofSeconds(age), true);
        lookups.succeedAtOnce();
        Found found =
                object.find(request(freshness), Duration.ofSeconds(lifetime), limit(), lookups);
        assertThat(lookups.started).hasSize(asked ? 1 : 0);
        assertThat(found.known().version().equals(before)).isEqualTo(!asked);
        assertThat(found.collapsed()).isFalse();
        assertThat(found.broughtBytes()).isFalse();
    }

    @Test
    void revalidatesBlocksOnlyObjectEachTime() {
        CachedVersion before = know(Duration.ZERO, true);
        before.caching(Caching.BLOCKS_ONLY);
        lookups.succeedAtOnce();
        object.find(request(Freshness.LIFETIME), HOUR, limit(), lookups);
        assertThat(lookups.started).hasSize(1);
    }

    @Test
    void checksumNeedsMetadataFromHead() {
        lookups.succeedAtOnce();
        know(Duration.ZERO, false);
        object.find(withChecksum(), HOUR, limit(), lookups);
        assertThat(lookups.started).hasSize(1);
        know(Duration.ZERO, true);
        object.find(withChecksum(), HOUR, limit(), lookups);
        assertThat(lookups.started).hasSize(1);
    }

    @Test
    void expiresOnceWithoutMetadataAndUsers() {
        assertThat(object.enter()).isTrue();
        assertThat(object.expireIfIdle(System.nanoTime())).isFalse();
        object.leave();
        assertThat(object.users()).isZero();
        assertThat(object.expireIfIdle(System.nanoTime())).isTrue();
        assertThat(object.enter()).isFalse();
        assertThat(object.users()).isZero();
        assertThat(object.expireIfIdle(System.nanoTime())).as("once").isFalse();
    }

    @Test
    void doesNotExpireWhileMetadataIsFresh() {
        know(Duration.ofSeconds(10), true);
        assertThat(object.expireIfIdle(System.nanoTime() - Duration.ofSeconds(20).toNanos()))
                .isFalse();
        assertThat(object.expireIfIdle(System.nanoTime() - Duration.ofSeconds(5).toNanos()))
                .isTrue();
    }

    @Test
    void doesNotExpireWhileBlocksAreCached() {
        EngineContext context = EngineParts.context(4);
        CachedVersion version = EngineParts.version(context.cache(), 8);
        know(version, HOUR, true);
        EngineParts.cachedBlock(context, version, ResolvedRange.whole(8));
        assertThat(object.expireIfIdle(System.nanoTime())).isFalse();
        context.cache().clear();
        assertThat(object.expireIfIdle(System.nanoTime())).isTrue();
    }
}
