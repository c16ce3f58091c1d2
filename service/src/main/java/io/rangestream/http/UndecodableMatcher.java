package io.rangestream.http;

import io.helidon.common.uri.UriPath;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;

/** Matches a path that can't be decoded: Helidon's own matchers would fail on it, as a 500. */
final class UndecodableMatcher implements PathMatcher {
    @Override
    public PathMatchers.MatchResult match(UriPath uriPath) {
        return isDecodable(uriPath)
                ? PathMatchers.MatchResult.notAccepted()
                : PathMatchers.any().match(uriPath);
    }

    // As Helidon will: whatever it can't do later, it can't do now.
    private static boolean isDecodable(UriPath uriPath) {
        try {
            uriPath.path();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public PathMatchers.PrefixMatchResult prefixMatch(UriPath uriPath) {
        return PathMatchers.PrefixMatchResult.notAccepted();
    }
}
