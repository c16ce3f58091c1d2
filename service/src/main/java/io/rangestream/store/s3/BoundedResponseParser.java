package io.rangestream.store.s3;

import org.apache.hc.client5.http.impl.io.LenientHttpResponseParser;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SessionInputBuffer;

import java.io.IOException;
import java.io.InputStream;

/**
 * Parses the response heads of one connection. Rejects more than a few interim responses (1xx) in a
 * row, which HttpClient would skip endlessly. Used by one thread at a time.
 */
final class BoundedResponseParser extends LenientHttpResponseParser {
    /** Stores send at most one: 100 or 103. */
    static final int MAX_INTERIM_RESPONSES = 16;

    private static final int FIRST_FINAL_STATUS = 200;

    private int interim;

    BoundedResponseParser(Http1Config config) {
        super(config);
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
            throws IOException, HttpException {
        ClassicHttpResponse response = super.parse(buffer, in);
        if (response == null || response.getCode() >= FIRST_FINAL_STATUS) {
            interim = 0;
            return response;
        }
        interim++;
        if (interim > MAX_INTERIM_RESPONSES) {
            throw new MessageConstraintException(
                    "more than " + MAX_INTERIM_RESPONSES + " interim responses");
        }
        return response;
    }
}
