package io.rangestream.app;

import io.rangestream.http.AllowedOrigins;
import io.rangestream.http.HttpOptions;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Reads what is decided about answers. */
final class AnswersReader {
    /** A bucket's key. */
    static final String CACHE_CONTROL = "cache-control";

    private static final String ORIGINS = "allowed-origins";
    private static final Set<String> DEFAULT_PORTS = Set.of("http:80", "https:443");
    private static final String MAX_BYTES = "max-response-bytes";

    private AnswersReader() {}

    static HttpOptions read(ConfigSection root) {
        ConfigSection http = root.section("http");
        long most = http.size(MAX_BYTES, 1, 0);
        return new HttpOptions(
                origins(http.section("cors")),
                cacheControl(root.section("buckets")),
                root.flag("deny-as-403", false),
                most == 0 ? OptionalLong.empty() : OptionalLong.of(most));
    }

    private static AllowedOrigins origins(ConfigSection cors) {
        cors.allowOnly(ORIGINS);
        Set<String> origins = new LinkedHashSet<>(cors.texts(ORIGINS));
        for (String origin : origins) {
            if (!origin.equals("*") && !isOrigin(origin)) {
                throw cors.expected(
                        ORIGINS,
                        "'*', or origins as browsers write them: https://example.com, without the"
                                + " scheme's own port",
                        ConfigSection.quoted(origin));
            }
        }
        return AllowedOrigins.of(origins);
    }

    /** As a browser writes it: scheme, host, a port that is not the scheme's own, and no more. */
    private static boolean isOrigin(String text) {
        try {
            URI uri = new URI(text);
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return uri.getHost() != null
                    && !DEFAULT_PORTS.contains(uri.getScheme() + port)
                    && text.equals(uri.getScheme() + "://" + uri.getHost() + port)
                    && text.chars().noneMatch(Character::isUpperCase);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Map<String, String> cacheControl(ConfigSection buckets) {
        Map<String, String> byBucket = new TreeMap<>();
        for (String name : buckets.names()) {
            ConfigSection bucket = buckets.section(name);
            bucket.text(CACHE_CONTROL)
                    .ifPresent(
                            value -> {
                                if (!isFieldValue(value)) {
                                    throw bucket.expected(
                                            CACHE_CONTROL,
                                            "a Cache-Control value in ASCII",
                                            ConfigSection.quoted(value));
                                }
                                byBucket.put(name, value);
                            });
        }
        return byBucket;
    }

    private static boolean isFieldValue(String value) {
        return value.chars().allMatch(c -> c >= 0x20 && c <= 0x7E) && !value.isBlank();
    }
}
