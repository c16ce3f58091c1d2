package io.rangestream.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a bucket, which may be a link that is changed to another folder while the server
 * runs, as git-sync and release tools do. So each operation resolves it anew. The folders that it
 * led to before are remembered, but only for reads that began there. Safe for many threads.
 */
final class FolderRoot {
    /** Releases that may still have readers; a link changes less often than reads end. */
    private static final int MAX_EARLIER = 4;

    private final Path configured;
    // The current one, then those before it.
    private volatile List<Path> targets = List.of();

    FolderRoot(Path configured) {
        this.configured = configured.toAbsolutePath();
    }

    /** As configured, for messages. */
    Path configured() {
        return configured;
    }

    /**
     * The folder that it leads to now.
     *
     * @throws IOException if it does not exist at the moment
     */
    Path resolve() throws IOException {
        Path now = configured.toRealPath();
        List<Path> known = targets;
        if (known.isEmpty() || !known.getFirst().equals(now)) {
            remember(now);
        }
        return now;
    }

    private synchronized void remember(Path now) {
        targets =
                Stream.concat(Stream.of(now), targets.stream().filter(path -> !path.equals(now)))
                        .limit(1 + MAX_EARLIER)
                        .toList();
    }

    /** The folders that it led to before it led to {@code now}, the latest first. */
    List<Path> earlierThan(Path now) {
        return targets.stream().filter(path -> !path.equals(now)).toList();
    }
}
