package io.rangestream.client.cli;

import io.rangestream.client.RangeStreamClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Which server, and how to speak to it; the same for all commands. */
final class ServerOptions {
    static final String TARGET = "RANGESTREAM_TARGET";
    static final String TOKEN = "RANGESTREAM_TOKEN";
    private static final String PLAINTEXT_SCHEME = "http://";
    private static final String TLS_SCHEME = "https://";

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            description =
                    "The server; http:// before it for --plaintext. Without this, what"
                            + " RANGESTREAM_TARGET says.")
    private @Nullable String target;

    @Option(names = "--plaintext", description = "Without TLS.")
    private boolean plaintext;

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
     * Begins to make the client.
     *
     * @throws IllegalArgumentException where no server is named, or not by its address
     */
    RangeStreamClient.Builder client(Map<String, String> variables) throws IOException {
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
                    "no server: name it by --target or in " + TARGET + ", as in 127.0.0.1:8080");
        }
        RangeStreamClient.Builder builder =
                RangeStreamClient.builder(address).userAgent("rangestream-cli");
        if (withoutTls) {
            builder.plaintext();
        }
        if (certificates != null) {
            builder.trustedCertificates(certificates);
        }
        String token = variables.getOrDefault(TOKEN, "").strip();
        if (!token.isEmpty()) {
            builder.bearerToken(() -> token);
        }
        return builder;
    }

    /** The port that a URL without one means. */
    private static String withPort(String host, int port) {
        boolean isHost = host.matches("[^:/?#@]+|\\[[^\\[\\]/?#@]+]");
        return isHost ? host + ':' + port : host;
    }
}
