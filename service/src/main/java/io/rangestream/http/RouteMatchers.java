package io.rangestream.http;

import io.helidon.common.uri.UriPath;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;

import java.util.function.Predicate;

/**
 * Path matchers for routes that Helidon's own matchers can't express. Each accepts or refuses a
 * whole path; none matches as a prefix of nested routes. Immutable.
 */
public final class RouteMatchers {
    private RouteMatchers() {}

    /**
     * Matches a raw path by its first characters and never decodes it. Helidon's {@code path()}
     * would merge slashes, resolve dot segments and cut at {@code ;}.
     */
    public static PathMatcher rawPrefix(String prefix) {
        return new WholePath(uriPath -> RawTarget.path(uriPath.rawPath()).startsWith(prefix));
    }

    /** Matches a path that can't be decoded; Helidon's own matchers would fail on it with a 500. */
    public static PathMatcher undecodable() {
        return new WholePath(uriPath -> !isDecodable(uriPath));
    }

    /** Matches {@code /a.js} if the class path has a file {@code folder/a.js}. */
    public static PathMatcher classpathFile(String folder) {
        return new WholePath(uriPath -> isClasspathFile(folder, uriPath.path()));
    }

    private static boolean isDecodable(UriPath uriPath) {
        try {
            // The call by which Helidon decodes the path later.
            uriPath.path();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    // A folder may be a resource too; only file names contain a dot.
    private static boolean isClasspathFile(String folder, String path) {
        return path.indexOf('.', path.lastIndexOf('/') + 1) >= 0
                && RouteMatchers.class.getClassLoader().getResource(folder + path) != null;
    }

    private record WholePath(Predicate<UriPath> accepts) implements PathMatcher {
        @Override
        public PathMatchers.MatchResult match(UriPath uriPath) {
            return accepts.test(uriPath)
                    ? PathMatchers.any().match(uriPath)
                    : PathMatchers.MatchResult.notAccepted();
        }

        @Override
        public PathMatchers.PrefixMatchResult prefixMatch(UriPath uriPath) {
            return PathMatchers.PrefixMatchResult.notAccepted();
        }
    }
}
