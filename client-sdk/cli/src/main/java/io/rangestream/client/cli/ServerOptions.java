package io.rangestream.client.cli;

import io.rangestream.client.RangeStreamClient;
import io.rangestream.client.RangeStreamClientBuilder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The options of all commands: the server, its security, and the output format. */
final class ServerOptions {
    static final String TARGET = "RANGESTREAM_TARGET";
    static final String TOKEN = "RANGESTREAM_TOKEN";
    private static final String PLAINTEXT_SCHEME = "http://";
    private static final String TLS_SCHEME = "https://";

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            description =
                    "The server; with http:// in front it implies --plaintext. Default: the value"
                            + " of RANGESTREAM_TARGET.")
    private @Nullable String target;

    @Option(names = "--plaintext", description = "Connects without TLS.")
    private boolean plaintext;

    @Option(
            names = "--allow-token-over-plaintext",
            description = "Sends the token in RANGESTREAM_TOKEN even without TLS.")
    private boolean tokenOverPlaintext;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Trusts the certificate authorities in this PEM file.")
    private @Nullable Path certificates;

    @Option(names = "--json", description = "Prints JSON, one object a line.")
    private boolean json;

    boolean json() {
        return json;
    }

    /**
     * Starts to build the client.
     *
     * @param variables the environment variables
     * @throws IllegalArgumentException if no server is given, the target is invalid, or a token
     *     would be sent without TLS and that is not allowed
     */
    RangeStreamClientBuilder client(Map<String, String> variables) throws IOException {
        String named = target == null ? variables.getOrDefault(TARGET, "") : target;
        String address = named.replaceFirst("/$", "");
        boolean withoutTls = plaintext;
        if (named.toLowerCase(Locale.ROOT).startsWith(PLAINTEXT_SCHEME)) {
            address = withPort(address.substring(PLAINTEXT_SCHEME.length()), 80);
            withoutTls = true;
        } else if (named.toLowerCase(Locale.ROOT).startsWith(TLS_SCHEME)) {
            address = withPort(address.substring(TLS_SCHEME.length()), 443);
        }
        if (address.isBlank()) {
            throw new IllegalArgumentException(
                    "no server: set --target or " + TARGET + ", such as 127.0.0.1:8080");
        }
        RangeStreamClientBuilder builder =
                RangeStreamClient.builder(address).userAgent("rangestream-cli");
        if (withoutTls) {
            builder.plaintext();
        }
        if (certificates != null) {
            builder.trustedCertificates(certificates);
        }
        String token = variables.getOrDefault(TOKEN, "").strip();
        if (!token.isEmpty()) {
            if (withoutTls && !tokenOverPlaintext) {
                throw new IllegalArgumentException(
                        TOKEN
                                + " would be sent without TLS; use TLS, or"
                                + " --allow-token-over-plaintext");
            }
            builder.bearerToken(() -> token);
            if (tokenOverPlaintext) {
                builder.allowBearerTokenOverPlaintext();
            }
        }
        return builder;
    }

    /** Adds the default port of a URL's scheme if the host has none. */
    private static String withPort(String host, int port) {
        boolean isHost = host.matches("[^:/?#@]+|\\[[^\\[\\]/?#@]+]");
        return isHost ? host + ':' + port : host;
    }
}
