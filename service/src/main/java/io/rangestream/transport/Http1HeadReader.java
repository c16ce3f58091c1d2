package io.rangestream.transport;

import io.rangestream.transport.StartLine.Version;

import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Reads and checks the field lines of one HTTP/1.x request, and interprets the fields that concern
 * the connection: Host, Expect, Connection, Content-Length and Transfer-Encoding. Used by {@link
 * Http1RequestReader} in the connection's thread.
 *
 * <p>Workaround for Helidon 4.5.0: fields that are too large are answered with 400 and not 431, and
 * an empty field name is accepted (not reported).
 */
final class Http1HeadReader {
    private static final String HOST = "host";
    private static final String EXPECT = "expect";
    private static final String CONNECTION = "connection";
    private static final String CLOSE = "close";
    private static final String CONTENT_LENGTH = "content-length";
    private static final String TRANSFER_ENCODING = "transfer-encoding";
    private static final int CRLF_BYTES = 2;

    private final UnreadBytes in;
    private final StartLine line;
    private final RequestFraming framing = new RequestFraming();
    private boolean hasHost;
    private boolean isLast;
    private boolean closesInList;
    private Http1Head.Expectation expectation = Http1Head.Expectation.NONE;

    private Http1HeadReader(UnreadBytes in, StartLine line) {
        this.in = in;
        this.line = line;
    }

    /**
     * Reads and consumes a head, with its request line.
     *
     * @param line the request line, at the beginning of the unread bytes
     * @return the head; empty if the connection ends first
     */
    static Optional<Http1Head> read(UnreadBytes in, StartLine line) throws TimeoutException {
        return new Http1HeadReader(in, line).read();
    }

    private Optional<Http1Head> read() throws TimeoutException {
        int fieldsFrom = line.length() + CRLF_BYTES;
        int at = fieldsFrom;
        int lines = 0;
        while (true) {
            int most = Math.max(0, fieldsFrom + Http1Limits.FIELDS_BYTES - at);
            int length =
                    in.line(
                            at,
                            most,
                            RefusedRequestException.FIELDS_TOO_LARGE,
                            "the field section");
            if (length < 0) {
                return Optional.empty();
            }
            if (length == 0) {
                break;
            }
            if (++lines > Http1Limits.FIELD_LINES) {
                throw new RefusedRequestException(
                        RefusedRequestException.FIELDS_TOO_LARGE, "there are too many fields");
            }
            field(at, at + length);
            at += length + CRLF_BYTES;
        }
        RequestFraming.Content content = framing.decide(line.version());
        if (line.version() == Version.HTTP_1_0) {
            isLast = true;
            expectation = Http1Head.Expectation.NONE;
        }
        byte[] raw = in.take(at + CRLF_BYTES);
        return Optional.of(
                new Http1Head(raw, line, content, expectation, hasHost, isLast, closesInList));
    }

    private void field(int from, int to) {
        int colon = FieldSyntax.nameEnd(in, from, to);
        switch (colon - from) {
            case 4 -> hasHost |= isNamed(from, HOST);
            case 6 -> {
                if (isNamed(from, EXPECT)) {
                    expect(value(colon, to));
                }
            }
            case 10 -> {
                if (isNamed(from, CONNECTION)) {
                    connection(value(colon, to));
                }
            }
            case 14 -> {
                if (isNamed(from, CONTENT_LENGTH)) {
                    framing.contentLength(value(colon, to));
                }
            }
            case 17 -> {
                if (isNamed(from, TRANSFER_ENCODING)) {
                    framing.transferEncoding(value(colon, to));
                }
            }
            default -> {
                // All other fields are for the routes.
            }
        }
    }

    /** Returns whether the name at a position is {@code lowerCase}, without regard to case. */
    private boolean isNamed(int from, String lowerCase) {
        for (int i = 0; i < lowerCase.length(); i++) {
            byte b = in.at(from + i);
            if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String value(int colon, int to) {
        int begin = colon + 1;
        int end = to;
        while (begin < end && FieldSyntax.isBlank(in.at(begin))) {
            begin++;
        }
        while (begin < end && FieldSyntax.isBlank(in.at(end - 1))) {
            end--;
        }
        return in.text(begin, end);
    }

    private void expect(String value) {
        boolean isContinue =
                expectation != Http1Head.Expectation.OTHER
                        && value.equalsIgnoreCase("100-continue");
        expectation = isContinue ? Http1Head.Expectation.CONTINUE : Http1Head.Expectation.OTHER;
    }

    private void connection(String value) {
        if (value.equalsIgnoreCase(CLOSE)) {
            isLast = true;
        } else if (value.indexOf(',') >= 0) {
            for (String option : value.split(",", -1)) {
                closesInList |= option.strip().equalsIgnoreCase(CLOSE);
            }
            isLast |= closesInList;
        }
    }
}
