package io.rangestream.store.s3;

import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.internal.conn.SdkTlsSocketFactory;
import software.amazon.awssdk.utils.NumericUtils;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * The HTTP client below the SDK's S3 client. It uses Apache HttpClient 5, as the SDK's own client
 * does, and limits the response head before it is parsed. The SDK's client has no setting for the
 * length of a line or the number of header fields (not reported). {@link S3Proxies} selects the
 * proxy. Safe for use by many threads; its owner closes it.
 */
final class S3HttpClient implements SdkHttpClient {
    /** S3 allows 2 KiB of user metadata. The longest useful header field is a restore status. */
    static final int MAX_LINE_BYTES = 8 * 1024;

    /** Together with the limit of a line, a head is at most 1 MiB. */
    static final int MAX_FIELDS = 128;

    private static final Http1Config HTTP_1 =
            Http1Config.custom()
                    .setMaxLineLength(MAX_LINE_BYTES)
                    .setMaxHeaderCount(MAX_FIELDS)
                    .build();

    private final PoolingHttpClientConnectionManager connections;
    private final CloseableHttpClient client;
    private final S3Timeouts timeouts;
    private final BooleanSupplier acceptsGzip;

    private S3HttpClient(
            PoolingHttpClientConnectionManager connections,
            CloseableHttpClient client,
            S3Timeouts timeouts,
            BooleanSupplier acceptsGzip) {
        this.connections = connections;
        this.client = client;
        this.timeouts = timeouts;
        this.acceptsGzip = acceptsGzip;
    }

    /**
     * Creates a client. Opens no connection yet.
     *
     * @param trust the certificates to trust; empty for those of the JVM
     * @param acceptsGzip whether requests have {@code Accept-Encoding: gzip}. The field is added
     *     after signing, because Google's front end changes it on the way
     */
    static S3HttpClient create(
            S3Timeouts timeouts,
            S3Connections connections,
            Optional<? extends TrustManager> trust,
            BooleanSupplier acceptsGzip) {
        PoolingHttpClientConnectionManager pool = pool(timeouts, connections, trust);
        S3Proxies proxies = S3Proxies.read();
        HttpClientBuilder builder =
                HttpClients.custom()
                        .setConnectionManager(pool)
                        .setRoutePlanner(proxies)
                        .setDefaultCredentialsProvider(proxies.credentials())
                        .setRequestExecutor(new StaleAwareExecutor())
                        .setUserAgent("")
                        .disableContentCompression()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .disableRedirectHandling()
                        .disableAutomaticRetries();
        return new S3HttpClient(pool, builder.build(), timeouts, acceptsGzip);
    }

    private static PoolingHttpClientConnectionManager pool(
            S3Timeouts timeouts,
            S3Connections connections,
            Optional<? extends TrustManager> trust) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder()
                                .http1Config(HTTP_1)
                                .responseParserFactory(_ -> new BoundedResponseParser(HTTP_1))
                                .build())
                .setTlsSocketStrategy(
                        new SdkTlsSocketFactory(sslContext(trust), new DefaultHostnameVerifier()))
                .setDnsResolver(connections.names())
                .setMaxConnTotal(S3Connections.MAX_OPEN)
                .setMaxConnPerRoute(S3Connections.MAX_OPEN)
                .setDefaultSocketConfig(
                        SocketConfig.custom()
                                .setSoKeepAlive(true)
                                .setTcpNoDelay(true)
                                .setSoTimeout(timeout(timeouts.silence()))
                                .build())
                .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                                .setConnectTimeout(timeout(timeouts.connect()))
                                .setSocketTimeout(timeout(timeouts.silence()))
                                .setIdleTimeout(timeout(connections.idle()))
                                .setTimeToLive(timeout(connections.lifetime()))
                                .build())
                .build();
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.ofMilliseconds(NumericUtils.saturatedCast(duration.toMillis()));
    }

    private static SSLContext sslContext(Optional<? extends TrustManager> trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] managers =
                    trust.map(manager -> new TrustManager[] {manager}).orElse(null);
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this JVM", e);
        }
    }

    /**
     * Distinguishes a pooled connection that was closed before this request from a failing store.
     */
    private static final class StaleAwareExecutor extends HttpRequestExecutor {
        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                @Nullable HttpResponseInformationCallback callback,
                HttpContext context)
                throws IOException, HttpException {
            EndpointDetails endpoint = connection.getEndpointDetails();
            boolean isReused = endpoint != null && endpoint.getRequestCount() > 0;
            try {
                return super.execute(request, connection, callback, context);
            } catch (NoHttpResponseException | SocketException | SSLException e) {
                if (isReused) {
                    throw new S3Call.StaleConnectionException(e);
                }
                throw e;
            }
        }
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new S3Call(
                client,
                connections,
                request.httpRequest(),
                this::toApache,
                timeouts.silence().toNanos());
    }

    private HttpUriRequestBase toApache(SdkHttpRequest request) {
        HttpUriRequestBase apache =
                new HttpUriRequestBase(request.method().name(), target(request));
        request.forEachHeader(
                (name, values) -> {
                    // The client itself derives both fields from the target and the content.
                    if (!name.equalsIgnoreCase("Host")
                            && !name.equalsIgnoreCase("Content-Length")) {
                        values.forEach(value -> apache.addHeader(name, value));
                    }
                });
        apache.addHeader("Host", host(request));
        if (acceptsGzip.getAsBoolean()) {
            apache.addHeader("Accept-Encoding", "gzip");
        }
        apache.setConfig(
                RequestConfig.custom()
                        .setConnectionRequestTimeout(timeout(timeouts.connectionFree()))
                        .setResponseTimeout(timeout(timeouts.silence()))
                        .setExpectContinueEnabled(false)
                        .build());
        return apache;
    }

    // As in the SDK's own client: a path with an empty segment could be parsed as an authority.
    private static URI target(SdkHttpRequest request) {
        String path = request.encodedPath();
        if (!path.contains("//")) {
            return request.getUri();
        }
        return URI.create(
                request.protocol()
                        + "://"
                        + host(request)
                        + path.replace("//", "/%2F")
                        + request.encodedQueryParameters().map(query -> "?" + query).orElse(""));
    }

    private static String host(SdkHttpRequest request) {
        return SdkHttpUtils.isUsingStandardPort(request.protocol(), request.port())
                ? request.host()
                : request.host() + ":" + request.port();
    }

    @Override
    public String clientName() {
        return "Apache5";
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
