package io.rangestream.http;

import io.rangestream.http.field.RepresentationFields;
import io.rangestream.range.ContentRange;
import io.rangestream.range.ResolvedRange;
import io.rangestream.stream.ReadPlan.Multipart;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The framing of several ranges in one multipart/byteranges body (RFC 9110, section 14.6). Made
 * before the body is sent, so that its length is known. Immutable.
 */
record MultipartByteRanges(String boundary, List<Part> parts, String close) {

    /** One range, and the framing before its bytes. */
    record Part(ResolvedRange range, String head) {}

    static MultipartByteRanges of(Multipart plan, Optional<String> contentType) {
        // 128 random bits: no author of an object can predict the boundary.
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String boundary =
                HexFormat.of().toHexDigits(random.nextLong())
                        + HexFormat.of().toHexDigits(random.nextLong());
        List<Part> parts = new ArrayList<>(plan.ranges().size());
        for (ResolvedRange range : plan.ranges()) {
            // CR LF before the first part too, as an empty preamble (RFC 2046, section 5.1.1):
            // Apache and nginx send it, and zsync reads no body without it.
            StringBuilder head = new StringBuilder("\r\n--");
            head.append(boundary).append("\r\n");
            contentType
                    .filter(RepresentationFields::isSendable)
                    .ifPresent(type -> head.append("Content-Type: ").append(type).append("\r\n"));
            head.append("Content-Range: ")
                    .append(ContentRange.of(range, plan.completeLength()))
                    .append("\r\n\r\n");
            parts.add(new Part(range, head.toString()));
        }
        return new MultipartByteRanges(boundary, parts, "\r\n--" + boundary + "--\r\n");
    }

    String contentType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    long contentLength() {
        long length = close.length();
        for (Part part : parts) {
            length += part.head().length() + part.range().length();
        }
        return length;
    }
}
