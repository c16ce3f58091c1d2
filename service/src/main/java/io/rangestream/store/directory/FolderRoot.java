package io.rangestream.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a bucket. It may be a link that is switched to another folder while the server
 * runs, as git-sync and release tools do, so each operation resolves it again. Earlier targets are
 * remembered, but only for reads that began there. Safe for use by many threads.
 */
final class FolderRoot {
    /**
     * The number of earlier targets that may still have readers; the link is switched less often
     * than reads end.
     */
    private static final int MAX_EARLIER = 4;

    private final Path configured;
    // The current target, then the earlier ones, the latest first.
    private volatile List<Path> targets = List.of();

    FolderRoot(Path configured) {
        this.configured = configured.toAbsolutePath();
    }

    /** The absolute path as configured. */
    Path configured() {
        return configured;
    }

    /**
     * The real path of the current target.
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

    /** The targets before {@code now}, the latest first. */
    List<Path> earlierThan(Path now) {
        return targets.stream().filter(path -> !path.equals(now)).toList();
    }
}
