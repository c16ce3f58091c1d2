package io.rangestream.app.clients;

import io.rangestream.app.load.SparseFile;
import io.rangestream.testkit.process.RangestreamProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The origin server behind a proxy under test: serves the demo film with a Cache-Control of 10
 * minutes, and an object of 5 GiB.
 */
final class BehindProxy implements AutoCloseable {
    /** The path of the film. */
    static final String FILM = "/objects/films/film.mp4";

    /** The path of a {@link SparseFile}. */
    static final String BIG = "/objects/big/object";

    private static final Path SOURCE = Path.of("demo", "films", "timecode.mp4");

    private final Path films;
    private final RangestreamProcess server;

    private BehindProxy(Path films, RangestreamProcess server) {
        this.films = films;
        this.server = server;
    }

    /** Starts a server on copies of the objects in an empty folder. */
    static BehindProxy start(Path folder) throws IOException {
        Path films = Files.createDirectory(folder.resolve("films"));
        Path big = Files.createDirectory(folder.resolve("big"));
        Files.copy(SOURCE, films.resolve("film.mp4"));
        SparseFile.make(big.resolve("object"));
        Path config =
                Files.writeString(
                        folder.resolve("rangestream.yaml"),
                        """
                        buckets:
                          films:
                            directory: "%s"
                            cache-control: max-age=600
                          big:
                            directory: "%s"
                        """
                                .formatted(films, big));
        return new BehindProxy(films, RangestreamProcess.start("--config", config.toString()));
    }

    /** The folder of the bucket {@code films}. */
    Path films() {
        return films;
    }

    /** All bytes of the film. */
    static byte[] film() throws IOException {
        return Files.readAllBytes(SOURCE);
    }

    int port() {
        return server.uri().getPort();
    }

    /**
     * The entity tag that the origin server returns, requested directly and not through the proxy.
     */
    String tagOf(String target) throws IOException {
        return ProxiedResponse.ask(port(), "HEAD", target).field("ETag").orElseThrow();
    }

    @Override
    public void close() {
        server.close();
    }
}
