package io.rangestream.store.s3;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An interceptor that reads the body of a list before the SDK does. The SDK fails a page for one
 * malformed entry and reads a body of any length. It receives an empty list instead, and the page
 * goes into the {@link Target} that the request carries as an execution attribute.
 */
final class S3ListReader implements ExecutionInterceptor {
    static final ExecutionAttribute<Target> TARGET = new ExecutionAttribute<>("S3ListTarget");

    private static final byte[] EMPTY = "<ListBucketResult/>".getBytes(StandardCharsets.US_ASCII);

    /** Enough for a page of 8 MiB in chunks of a few hundred bytes. */
    private static final int MAX_READS = 64 * 1024;

    /** Receives the page of one request. Used by the request's thread. */
    static final class Target {
        private final long timeoutNanos;
        private Optional<S3ListPage> page = Optional.empty();
        private Optional<IOException> failure = Optional.empty();

        Target(long timeoutNanos) {
            this.timeoutNanos = timeoutNanos;
        }

        /**
         * The page.
         *
         * @throws IOException if it could not be read
         */
        S3ListPage page() throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
            return page.orElseThrow(() -> new IOException("no list in the response"));
        }

        private void read(InputStream body) {
            page = Optional.empty();
            failure = Optional.empty();
            try {
                page =
                        Optional.of(
                                S3ListPage.read(
                                        new BoundedInput(
                                                body,
                                                S3ListPage.MAX_BYTES,
                                                MAX_READS,
                                                System::nanoTime,
                                                timeoutNanos)));
            } catch (IOException e) {
                failure = Optional.of(e);
            }
        }
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        Target target = attributes.getAttribute(TARGET);
        Optional<InputStream> body = context.responseBody();
        if (target == null || body.isEmpty() || !context.httpResponse().isSuccessful()) {
            return body;
        }
        target.read(body.get());
        finish(body.get());
        return Optional.of(new ByteArrayInputStream(EMPTY));
    }

    /** Returns the connection to the pool if the body ends here; otherwise closes it. */
    private static void finish(InputStream body) {
        try {
            byte[] trailing = new byte[64];
            int count = body.read(trailing);
            if (count >= 0 && body.read() >= 0) {
                abort(body);
            } else {
                body.close();
            }
        } catch (IOException e) {
            abort(body);
        }
    }

    private static void abort(InputStream body) {
        if (body instanceof software.amazon.awssdk.http.Abortable abortable) {
            abortable.abort();
        }
    }
}
