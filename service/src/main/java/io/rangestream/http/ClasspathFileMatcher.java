package io.rangestream.http;

import io.helidon.common.uri.UriPath;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;

/** Matches the paths of files on the class path, below a folder. */
final class ClasspathFileMatcher implements PathMatcher {
    private final String folder;

    /** Matches {@code /a.js} if there is a file {@code folder/a.js}. */
    ClasspathFileMatcher(String folder) {
        this.folder = folder;
    }

    @Override
    public PathMatchers.MatchResult match(UriPath uriPath) {
        return isFile(uriPath.path())
                ? PathMatchers.any().match(uriPath)
                : PathMatchers.MatchResult.notAccepted();
    }

    // Folders may be resources too; names of files have a dot.
    private boolean isFile(String path) {
        return path.indexOf('.', path.lastIndexOf('/') + 1) >= 0
                && ClasspathFileMatcher.class.getClassLoader().getResource(folder + path) != null;
    }

    @Override
    public PathMatchers.PrefixMatchResult prefixMatch(UriPath uriPath) {
        return PathMatchers.PrefixMatchResult.notAccepted();
    }
}
