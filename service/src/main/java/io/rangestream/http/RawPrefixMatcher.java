package io.rangestream.http;

import io.helidon.common.uri.UriPath;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;

/** Matches a raw path by how it begins, and never decodes it. */
final class RawPrefixMatcher implements PathMatcher {
    private final String prefix;

    RawPrefixMatcher(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public PathMatchers.MatchResult match(UriPath uriPath) {
        return RawTarget.path(uriPath.rawPath()).startsWith(prefix)
                ? PathMatchers.any().match(uriPath)
                : PathMatchers.MatchResult.notAccepted();
    }

    @Override
    public PathMatchers.PrefixMatchResult prefixMatch(UriPath uriPath) {
        return PathMatchers.PrefixMatchResult.notAccepted();
    }
}
