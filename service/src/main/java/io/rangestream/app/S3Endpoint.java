package io.rangestream.app;

import java.net.URI;
import java.net.URISyntaxException;

/** Reads the URL of an S3 store, and refuses what requests could not be sent to. */
final class S3Endpoint {
    private static final int MAX_PORT = 65535;

    private S3Endpoint() {}

    /**
     * The URL.
     *
     * @throws ConfigException in one sentence, without a password that may be in the text
     */
    static URI parse(String where, String text) {
        String expected = "a URL as in http://HOST:PORT";
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw ConfigException.expected(where, expected, shown(text));
        }
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        String authority = uri.getRawAuthority();
        if (!isHttp || authority == null) {
            throw ConfigException.expected(where, expected, shown(text));
        }
        if (authority.contains("@")) {
            expected += " without a user name or password; these are the access key's settings";
        } else if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            expected += " without a query or fragment";
        } else if (uri.getHost() == null && authority.contains("_")) {
            expected += " whose host's name has no '_', which Java's URLs can't have";
        } else if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
            expected += " whose port is from 1 to " + MAX_PORT;
        } else if (!isPlainPath(uri)) {
            expected += " with a path, if any, without '//', '.', '..' or '%'";
        } else if (uri.getHost() != null) {
            return uri;
        }
        throw ConfigException.expected(where, expected, shown(text));
    }

    private static boolean isPlainPath(URI uri) {
        String path = uri.getRawPath();
        return !path.contains("//")
                && !path.contains("%")
                && uri.normalize().getRawPath().equals(path);
    }

    private static String shown(String text) {
        int at = text.lastIndexOf('@');
        return ConfigSection.quoted(at < 0 ? text : "***" + text.substring(at));
    }
}
