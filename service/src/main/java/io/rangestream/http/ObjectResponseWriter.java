package io.rangestream.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.rangestream.http.field.Attachment;
import io.rangestream.http.field.CacheStatus;
import io.rangestream.http.field.RepresentationFields;
import io.rangestream.http.field.SecurityFields;
import io.rangestream.http.field.ServerTiming;
import io.rangestream.http.problem.Problem;
import io.rangestream.http.problem.ProblemWriter;
import io.rangestream.range.ContentRange;
import io.rangestream.range.ResolvedRange;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.Partial;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;
import io.rangestream.transport.ActiveResponse;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the response of a planned read: status, fields, and the bytes as the read lends them. Used
 * by {@link HttpRangeService}. Immutable.
 */
final class ObjectResponseWriter {
    private final Map<String, String> cacheControl;

    /**
     * Creates a writer.
     *
     * @param cacheControl Cache-Control by bucket, for objects that are stored without one
     */
    ObjectResponseWriter(Map<String, String> cacheControl) {
        this.cacheControl = Map.copyOf(cacheControl);
    }

    /**
     * Writes the whole response.
     *
     * @param downloadName the file name for Content-Disposition, if the client asked for a download
     * @param progress counts each slice that the transport has accepted
     * @throws ClientGoneException if the client's connection or stream has ended
     * @throws RuntimeException if the read fails after the header section was sent
     */
    void write(
            PlannedRead read,
            ServerRequest request,
            ServerResponse response,
            ActiveResponse reader,
            Exchange exchange,
            Optional<String> downloadName,
            BodyWriter.Progress progress) {
        ServerResponseHeaders headers = response.headers();
        headers.set(ProblemWriter.CORRELATION_ID, exchange.correlationId());
        boolean isHead = request.prologue().method().equals(Method.HEAD);
        switch (read.plan()) {
            case Full(long completeLength) -> {
                setStatus(read, exchange, response, Status.OK_200);
                setFields(read, exchange, headers, downloadName);
                headers.contentLength(completeLength);
                if (isHead || completeLength == 0) {
                    response.send();
                } else {
                    writeBody(
                            read,
                            response,
                            reader,
                            List.of(ResolvedRange.whole(completeLength)),
                            progress);
                }
            }
            case Partial(ContentRange contentRange) -> {
                setStatus(read, exchange, response, Status.PARTIAL_CONTENT_206);
                setFields(read, exchange, headers, downloadName);
                headers.set(HeaderNames.CONTENT_RANGE, contentRange.toString());
                ResolvedRange range = contentRange.range().orElseThrow();
                headers.contentLength(range.length());
                writeBody(read, response, reader, List.of(range), progress);
            }
            case Multipart multipart -> {
                setStatus(read, exchange, response, Status.PARTIAL_CONTENT_206);
                setFields(read, exchange, headers, downloadName);
                MultipartByteRanges parts =
                        MultipartByteRanges.of(
                                multipart, read.representation().fields().contentType());
                headers.set(HeaderNames.CONTENT_TYPE, parts.contentType());
                headers.contentLength(parts.contentLength());
                BodyWriter body = new BodyWriter(response, reader, progress);
                for (MultipartByteRanges.Part part : parts.parts()) {
                    body.writeFraming(part.head());
                    read.send(part.range(), body);
                }
                body.writeFraming(parts.close());
                body.close();
            }
            case NotModified() -> {
                setStatus(read, exchange, response, Status.NOT_MODIFIED_304);
                RepresentationFields.setNotModified(
                        headers, read.representation(), exchange.startedAt(), cacheControl(read));
                BodyWriter.sendWithoutLength(response);
            }
            case PreconditionFailed() -> {
                read.representation()
                        .entityTag()
                        .ifPresent(tag -> headers.set(HeaderNames.ETAG, tag.toString()));
                Problem problem =
                        Problem.of(
                                412, "precondition-failed", "A condition of the request is false");
                sendProblem(problem, request, response, exchange);
            }
            case Unsatisfiable(long completeLength) -> {
                headers.set(
                        HeaderNames.CONTENT_RANGE,
                        ContentRange.unsatisfied(completeLength).toString());
                headers.set(HeaderValues.ACCEPT_RANGES_BYTES);
                Problem problem =
                        Problem.of(
                                416,
                                "range-not-satisfiable",
                                "No requested range overlaps the object");
                sendProblem(problem, request, response, exchange);
            }
        }
    }

    private void setFields(
            PlannedRead read,
            Exchange exchange,
            ServerResponseHeaders headers,
            Optional<String> downloadName) {
        RepresentationFields.set(
                headers, read.representation(), exchange.startedAt(), cacheControl(read));
        SecurityFields.set(headers, read.representation());
        downloadName.ifPresent(
                name -> headers.set(HeaderNames.CONTENT_DISPOSITION, Attachment.headerValue(name)));
    }

    private String cacheControl(PlannedRead read) {
        return cacheControl.getOrDefault(
                read.request().id().bucket(), RepresentationFields.DEFAULT_CACHE_CONTROL);
    }

    private static void setStatus(
            PlannedRead read, Exchange exchange, ServerResponse response, Status status) {
        response.headers()
                .set(
                        CacheStatus.NAME,
                        CacheStatus.of(read.forwarding(), read.presence(), read.isCollapsed()));
        response.headers().set(ServerTiming.NAME, ServerTiming.of(read.timing()));
        exchange.setStatus(status.code());
        response.status(status);
    }

    private static void sendProblem(
            Problem problem, ServerRequest request, ServerResponse response, Exchange exchange) {
        exchange.setStatus(problem.status());
        ProblemWriter.write(request, response, problem, exchange.correlationId());
    }

    private static void writeBody(
            PlannedRead read,
            ServerResponse response,
            ActiveResponse reader,
            List<ResolvedRange> ranges,
            BodyWriter.Progress progress) {
        BodyWriter body = new BodyWriter(response, reader, progress);
        for (ResolvedRange range : ranges) {
            read.send(range, body);
        }
        body.close();
    }
}
