package io.rangestream.app.config;

import java.net.URI;
import java.net.URISyntaxException;

/** Parses the URL of an S3 store, and refuses one that requests can't be sent to. */
final class S3Endpoint {
    static final SettingType<URI> TYPE = SettingType.single("a URL", (given, _) -> parse(given));

    private static final int MAX_PORT = 65535;

    private S3Endpoint() {}

    /**
     * Parses the URL.
     *
     * @throws ConfigException in one sentence, without a password that may be in the text
     */
    private static URI parse(Given given) {
        String expected = "a URL as in http://HOST:PORT";
        URI uri;
        try {
            uri = new URI(given.text());
        } catch (URISyntaxException e) {
            throw given.expected(expected, shown(given.text()));
        }
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        String authority = uri.getRawAuthority();
        if (!isHttp || authority == null) {
            throw given.expected(expected, shown(given.text()));
        }
        if (authority.contains("@")) {
            expected += " without a user name or password; these are the access key's settings";
        } else if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            expected += " without a query or fragment";
        } else if (uri.getHost() == null && authority.contains("_")) {
            expected += " with a host name without '_', which Java's URLs can't have";
        } else if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
            expected += " with a port from 1 to " + MAX_PORT;
        } else if (!isPlainPath(uri)) {
            expected += " with a path, if any, without '//', '.', '..' or '%'";
        } else if (uri.getHost() != null) {
            return uri;
        }
        throw given.expected(expected, shown(given.text()));
    }

    private static boolean isPlainPath(URI uri) {
        String path = uri.getRawPath();
        return !path.contains("//")
                && !path.contains("%")
                && uri.normalize().getRawPath().equals(path);
    }

    private static String shown(String text) {
        int at = text.lastIndexOf('@');
        return at < 0 ? text : "***" + text.substring(at);
    }
}
