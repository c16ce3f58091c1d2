package io.rangestream.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;

/**
 * Fakes of STS, SSO, the instance and container metadata services, and S3 on one loopback port.
 * Each returns distinguishable credentials. S3 has every object, and records the signatures of its
 * requests.
 */
final class FakeAws implements AutoCloseable {
    static final String ROLE = "arn:aws:iam::123456789012:role/";

    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/,]+)/");

    private final HttpServer server;
    private final String scheme;
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /** The lifetime of the credentials. */
    volatile Duration lifetime = Duration.ofHours(1);

    /** One request. */
    record Call(
            String method,
            URI uri,
            Optional<String> authorization,
            Optional<String> token,
            Optional<String> payer,
            String body) {
        /** The access key that signed the request. */
        Optional<String> keyId() {
            return authorization
                    .map(CREDENTIAL::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.group(1));
        }

        boolean isOfS3() {
            return uri.getPath().startsWith("/bucket");
        }

        /** A parameter of the form in the body. */
        Optional<String> parameter(String name) {
            return List.of(body.split("&")).stream()
                    .filter(pair -> pair.startsWith(name + "="))
                    .map(pair -> pair.substring(name.length() + 1))
                    .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
                    .findFirst();
        }
    }

    FakeAws() {
        this(Optional.empty());
    }

    /** Starts the server, with TLS if there is a context. */
    FakeAws(Optional<SSLContext> tls) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        scheme = tls.isPresent() ? "https" : "http";
        try {
            if (tls.isPresent()) {
                HttpsServer https = HttpsServer.create(address, 0);
                https.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
                server = https;
            } else {
                server = HttpServer.create(address, 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    List<Call> s3Calls() {
        return calls.stream().filter(Call::isOfS3).toList();
    }

    /** The calls to STS. */
    List<Call> stsCalls() {
        return calls.stream().filter(call -> call.body.contains("Action=AssumeRole")).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] content = exchange.getRequestBody().readAllBytes();
            Call call =
                    new Call(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            field(exchange, "Authorization"),
                            field(exchange, "x-amz-security-token"),
                            field(exchange, "x-amz-request-payer"),
                            new String(content, StandardCharsets.UTF_8));
            calls.add(call);
            answer(exchange, call);
        }
    }

    private static Optional<String> field(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    private void answer(HttpExchange exchange, Call call) throws IOException {
        String path = call.uri.getPath();
        if (call.isOfS3()) {
            s3(exchange, call);
        } else if (call.body.contains("Action=AssumeRole")) {
            send(exchange, 200, sts(call));
        } else if (path.equals("/federation/credentials")) {
            String bearer = exchange.getRequestHeaders().getFirst("x-amz-sso_bearer_token");
            send(exchange, 200, sso(bearer));
        } else if (path.equals("/token")) {
            send(
                    exchange,
                    200,
                    "{\"accessToken\":\"refreshed\",\"expiresIn\":3600,\"tokenType\":\"Bearer\","
                            + "\"refreshToken\":\"next\"}");
        } else if (path.equals("/latest/api/token")) {
            exchange.getResponseHeaders().add("x-aws-ec2-metadata-token-ttl-seconds", "21600");
            send(exchange, 200, "imds-v2");
        } else if (path.equals("/latest/meta-data/iam/security-credentials/")) {
            boolean isV2 =
                    "imds-v2"
                            .equals(
                                    exchange.getRequestHeaders()
                                            .getFirst("x-aws-ec2-metadata-token"));
            send(exchange, isV2 ? 200 : 401, isV2 ? "node" : "");
        } else if (path.equals("/latest/meta-data/iam/security-credentials/node")) {
            send(exchange, 200, json("instance"));
        } else if (path.equals("/ecs")) {
            send(exchange, 200, json("container"));
        } else if (path.equals("/eks")) {
            send(exchange, 200, json("pod-" + call.authorization.orElse("none")));
        } else {
            send(exchange, 404, "");
        }
    }

    private static void s3(HttpExchange exchange, Call call) throws IOException {
        if (call.uri.getRawQuery() != null && call.uri.getRawQuery().contains("list-type=2")) {
            send(
                    exchange,
                    200,
                    "<ListBucketResult><Name>bucket</Name><KeyCount>0</KeyCount>"
                            + "<IsTruncated>false</IsTruncated></ListBucketResult>");
            return;
        }
        exchange.getResponseHeaders().add("ETag", "\"tag\"");
        exchange.getResponseHeaders().add("Content-Length", "0");
        exchange.sendResponseHeaders(200, -1);
    }

    private String sts(Call call) {
        String action = call.parameter("Action").orElseThrow();
        String name = call.parameter("RoleArn").orElseThrow().substring(ROLE.length());
        return "<%1$sResponse><%1$sResult><Credentials><AccessKeyId>ASIA-%2$s</AccessKeyId>"
                        .formatted(action, name)
                + "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token-%s</SessionToken>"
                        .formatted(name)
                + "<Expiration>%s</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>A:b"
                        .formatted(expiration())
                + "</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/%s/b</Arn>"
                        .formatted(name)
                + "</AssumedRoleUser></%1$sResult></%1$sResponse>".formatted(action);
    }

    private String sso(String bearer) {
        return "{\"roleCredentials\":{\"accessKeyId\":\"ASIA-sso-"
                + bearer
                + "\",\"secretAccessKey\":\"secret\",\"sessionToken\":\"token-sso\",\"expiration\":"
                + expiration().toEpochMilli()
                + "}}";
    }

    private String json(String name) {
        return "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"ASIA-"
                + name
                + "\",\"SecretAccessKey\":\"secret\",\"Token\":\"token-"
                + name
                + "\",\"Expiration\":\""
                + expiration()
                + "\",\"LastUpdated\":\"2026-01-01T00:00:00Z\"}";
    }

    private Instant expiration() {
        return Instant.ofEpochSecond(Instant.now().plus(lifetime).getEpochSecond());
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
