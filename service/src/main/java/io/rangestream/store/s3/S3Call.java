package io.rangestream.store.s3;

import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.TimeValue;

import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;

/**
 * One HTTP request of the SDK. If the store had closed the pooled connection, the request is sent
 * again on a new one. That is not a failure of the store, and the SDK's three attempts could all
 * get such a connection. Called by one thread; may be aborted by any thread.
 */
final class S3Call implements ExecutableHttpRequest {
    private static final int MAX_STALE_CONNECTIONS = 2;
    private static final int FIRST_ERROR_STATUS = 300;

    private final CloseableHttpClient client;
    private final PoolingHttpClientConnectionManager connections;
    private final SdkHttpRequest request;
    private final Function<SdkHttpRequest, HttpUriRequestBase> toApache;
    private final long errorBodyNanos;
    private final Object lock = new Object();
    private boolean aborted;
    private HttpUriRequestBase current;

    S3Call(
            CloseableHttpClient client,
            PoolingHttpClientConnectionManager connections,
            SdkHttpRequest request,
            Function<SdkHttpRequest, HttpUriRequestBase> toApache,
            long errorBodyNanos) {
        this.client = client;
        this.connections = connections;
        this.request = request;
        this.toApache = toApache;
        this.errorBodyNanos = errorBodyNanos;
        this.current = toApache.apply(request);
    }

    /** A pooled connection failed before the response began. */
    static final class StaleConnectionException extends IOException {
        private static final long serialVersionUID = 1L;

        private final IOException failure;

        StaleConnectionException(IOException failure) {
            super("the store had closed the pooled connection", failure);
            this.failure = failure;
        }
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
        int stale = 0;
        while (true) {
            HttpUriRequestBase attempt = current();
            try {
                return execute(attempt);
            } catch (StaleConnectionException e) {
                stale++;
                if (stale > MAX_STALE_CONNECTIONS || !replaceCurrent()) {
                    throw e.failure;
                }
                // The other connections of the pool are as old as this one.
                connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
            }
        }
    }

    private HttpUriRequestBase current() {
        synchronized (lock) {
            return current;
        }
    }

    private boolean replaceCurrent() {
        synchronized (lock) {
            if (!aborted) {
                current = toApache.apply(request);
            }
            return !aborted;
        }
    }

    private HttpExecuteResponse execute(HttpUriRequestBase attempt) throws IOException {
        HttpHost target = new HttpHost(request.protocol(), request.host(), request.port());
        ClassicHttpResponse response;
        try {
            response = client.executeOpen(target, attempt, HttpClientContext.create());
        } catch (IllegalStateException e) {
            // HttpClient throws this if it was closed meanwhile.
            throw new IOException("the client is closed", e);
        }
        try {
            return toSdk(response, attempt);
        } catch (IOException | RuntimeException | Error e) {
            // The SDK does not have the response yet, so it can't close it.
            attempt.abort();
            throw e;
        }
    }

    private HttpExecuteResponse toSdk(ClassicHttpResponse response, HttpUriRequestBase attempt)
            throws IOException {
        SdkHttpFullResponse.Builder head =
                SdkHttpFullResponse.builder()
                        .statusCode(response.getCode())
                        .statusText(response.getReasonPhrase());
        for (Header field : response.getHeaders()) {
            if (field.getValue() != null) {
                S3Fields.passed(field.getName(), field.getValue())
                        .ifPresent(value -> head.appendHeader(field.getName(), value));
            }
        }
        HttpExecuteResponse.Builder result = HttpExecuteResponse.builder();
        if (response.getEntity() != null) {
            InputStream content = response.getEntity().getContent();
            AbortableInputStream body =
                    response.getCode() < FIRST_ERROR_STATUS
                            ? AbortableInputStream.create(
                                    new UndrainedContent(content, attempt), attempt::abort)
                            : errorBody(content, attempt);
            result.responseBody(body);
        }
        return result.response(head.build()).build();
    }

    /**
     * The content of a response. Apache's stream reads to the end of the content when it is closed,
     * so that the connection can be used again. The SDK closes the response of a thread that was
     * interrupted; the store may then be silent, or send gigabytes. Here closing before the end
     * drops the connection.
     */
    private static final class UndrainedContent extends FilterInputStream {
        private final HttpUriRequestBase attempt;
        private boolean ended;

        UndrainedContent(InputStream content, HttpUriRequestBase attempt) {
            super(content);
            this.attempt = attempt;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            ended |= value < 0;
            return value;
        }

        @Override
        public int read(byte[] array, int offset, int length) throws IOException {
            int count = super.read(array, offset, length);
            ended |= count < 0;
            return count;
        }

        @Override
        public void close() throws IOException {
            if (ended) {
                super.close();
            } else {
                attempt.abort();
            }
        }
    }

    /** The reduced error body. Keeps the connection if the body ends within the limits. */
    private AbortableInputStream errorBody(InputStream content, HttpUriRequestBase attempt)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            new BoundedInput(
                            content,
                            S3ErrorBody.MAX_BYTES,
                            S3ErrorBody.MAX_READS,
                            System::nanoTime,
                            errorBodyNanos)
                    .transferTo(body);
            content.close();
        } catch (IOException e) {
            // The beginning of the error is enough; waiting for the rest is not worthwhile.
            attempt.abort();
        }
        byte[] brief =
                body.size() == 0
                        ? body.toByteArray()
                        : S3ErrorBody.parse(body.toByteArray()).toXml();
        return AbortableInputStream.create(new ByteArrayInputStream(brief));
    }

    @Override
    public void abort() {
        synchronized (lock) {
            aborted = true;
            current.abort();
        }
    }
}
