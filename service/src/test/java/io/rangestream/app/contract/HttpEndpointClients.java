package io.rangestream.app.contract;

import io.rangestream.app.wire.ComparedResponse;
import io.rangestream.app.wire.ComparedResponse.Kind;
import io.rangestream.range.ResolvedRange;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.Http2Wire;
import io.rangestream.testkit.wire.WireResponse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients that send the contract suite's requests over HTTP/1.1 and HTTP/2. */
public final class HttpEndpointClients {
    private static final String UNRESERVED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+)");

    private HttpEndpointClients() {}

    static EndpointClient http1(int port) {
        return new EndpointClient() {
            @Override
            public ComparedResponse ask(ContractRequest asked) throws IOException {
                try (Http1Wire wire = Http1Wire.connect(port)) {
                    List<String> lines = new ArrayList<>();
                    range(asked).ifPresent(range -> lines.add("Range: " + range));
                    asked.ifMatch().ifPresent(tag -> lines.add("If-Match: " + tag));
                    return answer(wire.ask("GET", target(asked), lines.toArray(String[]::new)));
                }
            }

            @Override
            public void close() {
                // Each request opens and closes a connection.
            }
        };
    }

    static EndpointClient http2(int port) throws IOException {
        int window = 64 * 1024;
        Http2Wire wire = Http2Wire.connect(port, window);
        return new EndpointClient() {
            @Override
            public ComparedResponse ask(ContractRequest asked) throws IOException {
                List<String> fields = new ArrayList<>();
                range(asked).ifPresent(range -> fields.addAll(List.of("range", range)));
                asked.ifMatch().ifPresent(tag -> fields.addAll(List.of("if-match", tag)));
                int streamId = wire.send("GET", target(asked), fields.toArray(String[]::new));
                return answer(wire.readAnswer(streamId));
            }

            @Override
            public void close() throws IOException {
                wire.close();
            }
        };
    }

    private static String target(ContractRequest asked) {
        return "/objects/"
                + encode(asked.bucket())
                + "/"
                + encode(asked.key())
                + asked.versionId().map(id -> "?version-id=" + encode(id)).orElse("");
    }

    public static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            encoded.append(UNRESERVED.indexOf(c) >= 0 ? "" + c : "%%%02X".formatted((int) c));
        }
        return encoded.toString();
    }

    private static Optional<String> range(ContractRequest asked) {
        return switch (asked.range()) {
            case ContractRequest.Whole() -> Optional.empty();
            case ContractRequest.IntRange(long firstPos, OptionalLong lastPos) ->
                    Optional.of(
                            "bytes="
                                    + firstPos
                                    + "-"
                                    + (lastPos.isPresent() ? lastPos.getAsLong() : ""));
            case ContractRequest.Suffix(long length) -> Optional.of("bytes=-" + length);
        };
    }

    private static ComparedResponse answer(WireResponse answer) {
        return switch (answer.status()) {
            case 200 -> {
                long length = Long.parseLong(answer.field("Content-Length").orElseThrow());
                yield withBytes(
                        answer,
                        length,
                        length == 0 ? Optional.empty() : Optional.of(ResolvedRange.whole(length)));
            }
            case 206 -> {
                Matcher range = contentRange(answer);
                ResolvedRange positions =
                        new ResolvedRange(
                                Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
                yield withBytes(answer, Long.parseLong(range.group(3)), Optional.of(positions));
            }
            case 400 -> ComparedResponse.of(Kind.INVALID);
            case 404 -> ComparedResponse.of(Kind.NOT_FOUND);
            case 412 ->
                    ComparedResponse.of(Kind.PRECONDITION_FAILED)
                            .entityTag(answer.field("ETag").orElseThrow());
            case 416 ->
                    ComparedResponse.of(Kind.NOT_SATISFIABLE)
                            .completeLength(Long.parseLong(contentRange(answer).group(3)));
            case 409 -> ComparedResponse.of(Kind.ARCHIVED);
            case 502, 504 ->
                    ComparedResponse.of(
                            answer.text().contains("store-credentials")
                                    ? Kind.CREDENTIALS
                                    : Kind.UNAVAILABLE);
            case 503 ->
                    ComparedResponse.of(
                            answer.text().contains("object-changed")
                                    ? Kind.CHANGED
                                    : Kind.THROTTLED);
            case 500 -> ComparedResponse.of(Kind.INTERNAL);
            default -> throw new AssertionError("unexpected status: " + answer);
        };
    }

    private static Matcher contentRange(WireResponse answer) {
        Matcher range = CONTENT_RANGE.matcher(answer.field("Content-Range").orElseThrow());
        if (!range.matches()) {
            throw new AssertionError("not a Content-Range: " + answer.fields());
        }
        return range;
    }

    private static ComparedResponse withBytes(
            WireResponse answer, long completeLength, Optional<ResolvedRange> positions) {
        return new ComparedResponse(
                answer.complete() ? Kind.COMPLETE : Kind.CUT,
                positions,
                Optional.of(completeLength),
                answer.field("ETag"),
                answer.field("Last-Modified").map(HttpEndpointClients::date),
                answer.field("Content-Type"),
                answer.field("X-Version-Id"),
                ByteBuffer.wrap(answer.body()));
    }

    private static Instant date(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }
}
