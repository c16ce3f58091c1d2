package io.rangestream.store.s3;

import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.http.apache5.ProxyConfiguration;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * Selects the proxy for a store by the scheme of the store's endpoint: {@code HTTPS_PROXY} or
 * {@code https.proxyHost} for https, otherwise {@code HTTP_PROXY} or {@code http.proxyHost}. The
 * SDK's own client uses the proxy for http with both schemes, and opens TLS to the proxy for https
 * (not reported). Safe for use by many threads.
 */
final class S3Proxies extends DefaultRoutePlanner {
    private static final int DEFAULT_PORT = 80;

    private final Optional<ProxyConfiguration> forHttp;
    private final Optional<ProxyConfiguration> forHttps;

    private S3Proxies(Optional<ProxyConfiguration> forHttp, Optional<ProxyConfiguration> forHttps) {
        super(null);
        this.forHttp = forHttp;
        this.forHttps = forHttps;
    }

    /** Reads the system properties and the environment as the SDK does. */
    static S3Proxies read() {
        Optional<ProxyConfiguration> forHttp = read("http");
        return new S3Proxies(forHttp, read("https").or(() -> forHttp));
    }

    private static Optional<ProxyConfiguration> read(String scheme) {
        return Optional.of(ProxyConfiguration.builder().scheme(scheme).build())
                .filter(proxy -> proxy.host() != null && !proxy.host().isEmpty());
    }

    /** The proxy for https endpoints, for clients that are not created here. */
    Optional<ProxyConfiguration> forHttps() {
        return forHttps;
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
        Optional<ProxyConfiguration> proxy =
                target.getSchemeName().equals("https") ? forHttps : forHttp;
        return proxy.filter(used -> !isDirect(used.nonProxyHosts(), target.getHostName()))
                .map(S3Proxies::host)
                .orElse(null);
    }

    /** The connection to a proxy is unencrypted; TLS to the store is tunnelled through it. */
    static HttpHost host(ProxyConfiguration proxy) {
        return new HttpHost("http", proxy.host(), proxy.port() > 0 ? proxy.port() : DEFAULT_PORT);
    }

    /**
     * Whether a host is reached without a proxy: its name matches a pattern that the SDK makes of
     * the system property, or an entry of {@code NO_PROXY} is its name or a parent domain.
     */
    static boolean isDirect(Set<String> entries, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return entries.stream()
                .map(entry -> entry.toLowerCase(Locale.ROOT))
                .anyMatch(entry -> isDomainOf(entry, name) || matches(entry, name));
    }

    private static boolean isDomainOf(String entry, String name) {
        String domain = entry.startsWith(".") ? entry.substring(1) : entry;
        return !domain.isEmpty() && (name.equals(domain) || name.endsWith("." + domain));
    }

    private static boolean matches(String pattern, String name) {
        try {
            return name.matches(pattern);
        } catch (PatternSyntaxException e) {
            // An entry that is not a pattern, for example "[::1]:80(".
            return false;
        }
    }

    /** The credentials of the proxies that require some. */
    CredentialsProvider credentials() {
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        Stream.of(forHttp, forHttps)
                .flatMap(Optional::stream)
                .filter(proxy -> proxy.username() != null && proxy.password() != null)
                .forEach(
                        proxy ->
                                credentials.setCredentials(
                                        new AuthScope(host(proxy)),
                                        new UsernamePasswordCredentials(
                                                proxy.username(), proxy.password().toCharArray())));
        return credentials;
    }
}
