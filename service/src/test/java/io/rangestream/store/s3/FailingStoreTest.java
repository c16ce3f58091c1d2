package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rangestream.condition.EntityTag;
import io.rangestream.range.RangeSpec;
import io.rangestream.store.Fetch;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.wire.ScriptedServer;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Optional;

/** Stores that refuse, break off, stall and throttle. */
class FailingStoreTest {
    private static final ObjectId ID = ObjectId.of("films", "film");
    private static final String[] TEN_BYTES = {
        "HTTP/1.1 200 OK", "Content-Length: 10", ScriptedStore.TAG
    };

    private final ScriptedStore scripted = new ScriptedStore();

    @AfterEach
    void close() {
        scripted.close();
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchKey, false, NotFound OBJECT",
        "404, NoSuchBucket, false, NotFound BUCKET",
        "404, NoSuchBucket, true, NotFound BUCKET",
        "404, NoSuchVersion, true, NotFound VERSION",
        "404, '', false, NotFound OBJECT",
        "404, '', true, NotFound VERSION",
        "405, MethodNotAllowed, true, NotFound VERSION",
        "405, MethodNotAllowed, false, Unavailable",
        "400, InvalidArgument, true, NotFound VERSION",
        "400, InvalidArgument, false, Unavailable",
        "400, ExpiredToken, true, CredentialsRefused",
        "400, ConditionalRequestConflict, false, Changed",
        "400, KMS.DisabledException, false, Unavailable",
        "400, InvalidRequest, false, Unavailable",
        "412, PreconditionFailed, false, Changed",
        "403, AccessDenied, false, AccessDenied",
        "403, SignatureDoesNotMatch, false, CredentialsRefused",
        "403, InvalidAccessKeyId, true, CredentialsRefused",
        "400, InvalidToken, false, CredentialsRefused",
        "403, AllAccessDisabled, false, CredentialsRefused",
        "400, UserProjectMissing, false, CredentialsRefused",
        "401, '', false, CredentialsRefused",
        "403, '', false, AccessDenied",
        "403, SomethingElse, false, Unavailable",
        "501, NotImplemented, false, Unavailable",
        "301, PermanentRedirect, false, CredentialsRefused",
        "307, TemporaryRedirect, false, CredentialsRefused",
        "301, '', false, CredentialsRefused",
        "304, '', false, Unavailable"
    })
    @Covers("errors-store-their-code")
    void classifiesErrorResponses(int status, String code, boolean ofVersion, String expected) {
        scripted.thenError(status, code);
        Optional<String> version = ofVersion ? Optional.of("v") : Optional.empty();
        ObjectId id = new ObjectId("films", "film", version);
        assertThatThrownBy(() -> scripted.store.open(id, Optional.empty(), RangeSpec.from(0)))
                .satisfies(e -> assertThat(name(e)).isEqualTo(expected));
        assertThat(scripted.server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "503, SlowDown, Throttled",
        "503, '', Throttled",
        "429, TooManyRequests, Throttled",
        "400, RequestLimitExceeded, Throttled",
        "500, InternalError, Unavailable",
        "503, ServiceUnavailable, Unavailable",
        "502, '', Unavailable"
    })
    void retriesTransientErrorsTwiceThenClassifies(int status, String code, String expected) {
        for (int i = 0; i < 3; i++) {
            scripted.thenError(status, code, "Retry-After: 0");
        }
        assertThatThrownBy(this::open).satisfies(e -> assertThat(name(e)).isEqualTo(expected));
        assertThat(scripted.server.requests()).hasSize(3);
    }

    @Test
    void passesOnLongRetryAfterWithoutWaiting() {
        scripted.thenError(503, "SlowDown", "Retry-After: 7");
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        Throttled.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(7)));
        assertThat(scripted.server.requests()).hasSize(1);
    }

    @Test
    void readsStoreThatRecovers() {
        scripted.thenError(503, "SlowDown");
        scripted.server.then(ScriptedServer::reset).then("0123456789", TEN_BYTES);
        try (Fetch fetch = open()) {
            assertThat(fetch.read(new byte[10], 0, 10)).isPositive();
        }
        assertThat(scripted.server.requests()).hasSize(3);
    }

    @Test
    void missingServerAndGarbageAreUnavailable() {
        for (int i = 0; i < 3; i++) {
            scripted.server.then(
                    connection -> {
                        ScriptedServer.write(connection, "is no HTTP", "This");
                        connection.close();
                    });
        }
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        Unavailable.class, e -> assertThat(e.isTimeout()).isFalse());
        scripted.server.close();
        assertThatThrownBy(this::open).isInstanceOf(Unavailable.class);
        assertThatThrownBy(scripted.store::probe).isInstanceOf(Unavailable.class);
    }

    @Test
    void silenceBeforeTheResponseTimesOutWithoutRetry() {
        scripted.server.then(ScriptedServer::awaitClosedByPeer);
        assertTimesOut(this::open);
        assertThat(scripted.server.requests()).hasSize(1);
        await().until(() -> scripted.server.openConnections() == 0);
    }

    @Test
    void silenceInTheBodyTimesOut() {
        scripted.server.then(
                connection -> {
                    ScriptedServer.write(connection, "01234", TEN_BYTES);
                    ScriptedServer.awaitClosedByPeer(connection);
                });
        try (Fetch fetch = open()) {
            assertTimesOut(() -> readAll(fetch));
            fetch.abort();
        }
        await().until(() -> scripted.server.openConnections() == 0);
    }

    @Test
    void truncatedBodyIsUnavailable() {
        scripted.server.then(
                connection -> {
                    ScriptedServer.write(connection, "01234", TEN_BYTES);
                    connection.close();
                });
        assertBreaksOff();
        scripted.server.then(
                connection -> {
                    ScriptedServer.write(connection, "01234", TEN_BYTES);
                    ScriptedServer.reset(connection);
                });
        assertBreaksOff();
        assertThat(scripted.server.requests()).hasSize(2);
    }

    private void assertBreaksOff() {
        try (Fetch fetch = open()) {
            assertThatThrownBy(() -> readAll(fetch))
                    .isInstanceOfSatisfying(
                            Unavailable.class, e -> assertThat(e.isTimeout()).isFalse());
        }
    }

    @Test
    void closeKeepsTheConnectionOnlyIfLittleIsLeft() {
        String[] large = {"HTTP/1.1 200 OK", "Content-Length: 1000000", ScriptedStore.TAG};
        scripted.server.then(
                connection -> {
                    ScriptedServer.write(connection, "0123456789", large);
                    ScriptedServer.awaitClosedByPeer(connection);
                });
        open().close();
        await().until(() -> scripted.server.openConnections() == 0);
        scripted.server.then("0123456789", TEN_BYTES).then("0123456789", TEN_BYTES);
        open().close();
        readAll(open());
        assertThat(scripted.server.openConnections()).isEqualTo(1);
    }

    @Test
    void probeDistinguishesRefusalFromFailure() {
        scripted.thenError(404, "");
        assertThatThrownBy(scripted.store::probe)
                .satisfies(e -> assertThat(name(e)).isEqualTo("NotFound BUCKET"));
        scripted.thenError(403, "").thenError(403, "AccessDenied");
        assertThatThrownBy(scripted.store::probe).isInstanceOf(AccessDenied.class);
        scripted.thenError(403, "").thenError(403, "InvalidAccessKeyId");
        assertThatThrownBy(scripted.store::probe)
                .isInstanceOfSatisfying(
                        CredentialsRefused.class,
                        e -> assertThat(e.code()).isEqualTo("InvalidAccessKeyId"));
        scripted.thenError(400, "").thenError(400, "InvalidRequest");
        scripted.store.probe();
        for (int i = 0; i < 3; i++) {
            scripted.thenError(500, "");
        }
        assertThatThrownBy(scripted.store::probe).isInstanceOf(Unavailable.class);
    }

    private Fetch open() {
        return scripted.store.open(ID, Optional.of(EntityTag.strong("tag")), RangeSpec.from(0));
    }

    private static void readAll(Fetch fetch) {
        byte[] array = new byte[10];
        while (fetch.read(array, 0, 10) > 0) {
            // The bytes do not matter.
        }
    }

    private static void assertTimesOut(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.isTimeout()).isTrue());
    }

    private static String name(Throwable e) {
        return e instanceof ObjectStoreException.NotFound missing
                ? "NotFound " + missing.missing()
                : e.getClass().getSimpleName();
    }
}
