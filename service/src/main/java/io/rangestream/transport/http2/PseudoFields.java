package io.rangestream.transport.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.rangestream.transport.hpack.HpackField;
import io.rangestream.transport.hpack.StatelessEncoder;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;

/**
 * The pseudo-header fields of one request (RFC 9113, section 8.3.1): collected, validated and
 * encoded by their indices in the static table. A part of {@link RequestHead}, for the connection's
 * thread.
 *
 * <p>Workaround for Helidon 4.5.0: names of pseudo-header fields that are spelled out in HPACK are
 * refused, and a method in lower case is taken for upper case (not reported).
 */
final class PseudoFields {
    private static final int AUTHORITY_INDEX = 1;
    private static final int METHOD_INDEX = 2;
    private static final int PATH_INDEX = 4;
    private static final int SCHEME_INDEX = 6;

    private static final byte[] GET = "GET".getBytes(US_ASCII);
    private static final byte[] POST = "POST".getBytes(US_ASCII);
    private static final byte[] CONNECT = "CONNECT".getBytes(US_ASCII);
    private static final byte[] UNKNOWN_METHOD = "UNKNOWN".getBytes(US_ASCII);
    private static final byte[] ROOT = "/".getBytes(US_ASCII);
    private static final byte[] HTTP = "http".getBytes(US_ASCII);
    private static final byte[] HTTPS = "https".getBytes(US_ASCII);
    private static final byte[] UNKNOWN_HOST = "unknown".getBytes(US_ASCII);

    private @Nullable HpackField method;
    private @Nullable HpackField scheme;
    private @Nullable HpackField path;
    private @Nullable HpackField authority;

    /** Adds a field; returns why it is not allowed, or null if it is. */
    @Nullable String add(HpackField field) {
        boolean isRepeated;
        switch (field.nameIndex()) {
            case METHOD_INDEX -> {
                isRepeated = method != null;
                method = field;
            }
            case PATH_INDEX -> {
                isRepeated = path != null;
                path = field;
            }
            case SCHEME_INDEX -> {
                isRepeated = scheme != null;
                scheme = field;
            }
            case AUTHORITY_INDEX -> {
                isRepeated = authority != null;
                authority = field;
            }
            default -> {
                return "a pseudo-header field is not one of a request";
            }
        }
        if (isRepeated) {
            return "a pseudo-header field is repeated";
        }
        return FieldRules.isValue(field.value())
                ? null
                : "a pseudo-header field has a character that is not allowed";
    }

    /**
     * Returns why these fields do not form a request; null if they do.
     *
     * @param host the request's Host field
     */
    @Nullable String malformed(@Nullable HpackField host) {
        if (method == null || !FieldRules.isToken(method.value())) {
            return ":method is missing or not a token";
        }
        boolean isConnect = Arrays.equals(method.value(), CONNECT);
        if (isConnect != (scheme == null) || isConnect != (path == null)) {
            return ":scheme or :path is missing, or CONNECT has it";
        }
        if (path != null && path.value().length == 0) {
            return ":path is empty";
        }
        HpackField named = authority == null ? host : authority;
        if (named == null || named.value().length == 0) {
            return ":authority is missing or empty";
        }
        return host == null || isSameAuthority(named.value(), host.value())
                ? null
                : "Host differs from :authority";
    }

    private boolean isSameAuthority(byte[] one, byte[] other) {
        return Arrays.equals(one, other) || withoutPort(one).equals(withoutPort(other));
    }

    /** Returns an authority in lower case and without the scheme's default port. */
    private String withoutPort(byte[] value) {
        String text = new String(value, US_ASCII).toLowerCase(Locale.ROOT);
        boolean isHttps = scheme != null && Arrays.equals(scheme.value(), HTTPS);
        String port = isHttps ? ":443" : ":80";
        return text.endsWith(port) ? text.substring(0, text.length() - port.length()) : text;
    }

    boolean isPost() {
        return method != null && Arrays.equals(method.value(), POST);
    }

    /** Returns the method; empty if it is missing. */
    String method() {
        return method == null ? "" : new String(method.value(), US_ASCII);
    }

    /** Returns the path; empty if it is missing. */
    String path() {
        return path == null ? "" : new String(path.value(), US_ASCII);
    }

    /**
     * Encodes the fields; a missing field gets a value that Helidon accepts.
     *
     * @param host the request's Host field, for a request without an authority
     */
    void encode(StatelessEncoder head, @Nullable HpackField host) {
        if (method != null && !FieldRules.isUpperCase(method.value())) {
            // Methods are case-sensitive (RFC 9110, section 9.1); Helidon ignores their case.
            head.add(METHOD_INDEX, UNKNOWN_METHOD);
        } else {
            boolean isToken = method != null && FieldRules.isToken(method.value());
            add(head, isToken ? method : null, METHOD_INDEX, GET);
        }
        add(head, scheme, SCHEME_INDEX, HTTP);
        add(head, path, PATH_INDEX, ROOT);
        HpackField named = authority == null ? host : authority;
        head.add(AUTHORITY_INDEX, named == null ? UNKNOWN_HOST : named.value());
    }

    private static void add(
            StatelessEncoder head, @Nullable HpackField field, int index, byte[] otherwise) {
        if (field == null || field.value().length == 0) {
            head.add(index, otherwise);
        } else {
            head.add(field);
        }
    }
}
