package io.rangestream.store.s3;

import io.rangestream.testkit.ScriptedServer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** An S3 store over a server with scripted responses. */
final class ScriptedStore implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final String TAG = "ETag: \"tag\"";

    /** Short, so that tests of silence are short. */
    private static final Duration SILENCE = Duration.ofMillis(500);

    final ScriptedServer server = ScriptedServer.start();
    final S3ObjectStore store;

    ScriptedStore() {
        this(SILENCE);
    }

    /** With another time-out for silence. */
    ScriptedStore(Duration silence) {
        store =
                S3ObjectStore.create(
                        new S3StoreConfig(
                                "bucket",
                                "",
                                Optional.of(server.address()),
                                Optional.empty(),
                                true,
                                Optional.of("id"),
                                Optional.of("secret")),
                        new S3Timeouts(Duration.ofSeconds(2), silence, Duration.ofSeconds(2)),
                        Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** Adds a complete, correct 206. */
    ScriptedStore thenPartial(String body, String contentRange) {
        server.then(
                body,
                "HTTP/1.1 206 Partial Content",
                "Content-Range: " + contentRange,
                "Content-Length: " + body.length(),
                TAG);
        return this;
    }

    /** Adds an error as S3 sends it. An empty code means no body, as for a HEAD. */
    ScriptedStore thenError(int status, String code, String... fields) {
        String body =
                code.isEmpty()
                        ? ""
                        : "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>";
        String[] head = new String[fields.length + 2];
        head[0] = "HTTP/1.1 " + status + " Whatever";
        head[1] = "Content-Length: " + body.length();
        System.arraycopy(fields, 0, head, 2, fields.length);
        server.then(body, head);
        return this;
    }

    @Override
    public void close() {
        store.close();
        server.close();
    }
}
