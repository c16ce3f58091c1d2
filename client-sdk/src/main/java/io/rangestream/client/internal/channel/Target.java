package io.rangestream.client.internal.channel;

import io.grpc.NameResolverRegistry;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Validates the target of a client. gRPC accepts nearly any text as the name of a host, and each
 * call then fails after all of its retries because the name can't be resolved.
 */
final class Target {
    /** RFC 3986, section 3.1. */
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)");

    /** A host in brackets is an IPv6 address. gRPC's default port is 443, or 80 for plaintext. */
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(\\[[0-9A-Fa-f:.%A-Za-z]+]|[^\\[\\]:/?#@]+)(?::([0-9]{1,5}))?");

    /** The password of a URL, which messages must not contain. */
    private static final Pattern PASSWORD = Pattern.compile("(?<=://|^)([^/@:]*):[^/@]*@");

    private static final Pattern URL_AUTHORITY =
            Pattern.compile("[^:]+://(?:[^/?#@]*@)?([^/?#@]*).*");
    private static final Pattern UNWRITABLE = Pattern.compile("[\\s\\p{Cntrl}]");
    private static final int LAST_PORT = 65_535;

    private Target() {}

    /**
     * Validates a target.
     *
     * @return the same target
     * @throws IllegalArgumentException if it is not a target; the message names it and the expected
     *     form
     */
    static String of(String target) {
        String fault = faultOf(target);
        if (fault != null) {
            String shown = UNWRITABLE.matcher(target).replaceAll(" ");
            throw new IllegalArgumentException(
                    "target \""
                            + PASSWORD.matcher(shown).replaceFirst("$1:***@")
                            + "\" "
                            + fault
                            + "; write host and port, as in \""
                            + example(target)
                            + "\", or a gRPC target, as in \"dns:///films.example:443\"");
        }
        return target;
    }

    private static @Nullable String faultOf(String target) {
        if (target.isBlank()) {
            return "is empty";
        }
        if (UNWRITABLE.matcher(target).find()) {
            return "contains a space or control character";
        }
        Matcher scheme = SCHEME.matcher(target);
        if (scheme.matches()) {
            if (isKnown(scheme.group(1))) {
                return scheme.group(2).isEmpty() ? "names no server" : null;
            }
            if (scheme.group(2).startsWith("//")) {
                return "is a URL";
            }
        }
        if (target.indexOf('@') >= 0) {
            return "contains a user; use bearerToken or callCredentials for that";
        }
        if (target.matches(".*[/?#].*")) {
            return "contains a path";
        }
        Matcher hostAndPort = HOST_AND_PORT.matcher(target);
        if (hostAndPort.matches()) {
            String digits = hostAndPort.group(2);
            int port = digits == null ? LAST_PORT : Integer.parseInt(digits);
            return port >= 1 && port <= LAST_PORT ? null : "has a port that is not 1 to 65535";
        }
        if (target.endsWith(":")) {
            return "has no port after its colon";
        }
        int colon = target.indexOf(':');
        return colon >= 0 && colon == target.lastIndexOf(':')
                ? "has a port that is not 1 to 65535"
                : "is not host and port; an IPv6 address is in brackets, as in \"[::1]:8080\"";
    }

    private static boolean isKnown(String scheme) {
        return NameResolverRegistry.getDefaultRegistry().getProviderForScheme(scheme) != null;
    }

    /** The host and port of a URL that has both, or else an example. */
    private static String example(String target) {
        Matcher url = URL_AUTHORITY.matcher(target);
        if (url.matches()) {
            Matcher authority = HOST_AND_PORT.matcher(url.group(1));
            if (authority.matches() && authority.group(2) != null) {
                return url.group(1);
            }
        }
        return "127.0.0.1:8080";
    }
}
