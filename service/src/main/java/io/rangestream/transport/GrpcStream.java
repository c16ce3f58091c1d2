package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.RequestException;
import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2FrameHeader;
import io.helidon.http.http2.Http2FrameTypes;
import io.helidon.http.http2.Http2RstStream;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2WindowUpdate;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http2.spi.Http2SubProtocolSelector.SubProtocolHandler;
import io.rangestream.fault.FatalErrors;

import java.io.UncheckedIOException;
import java.util.Optional;

/** Helidon's handler of a gRPC call, which ends with its connection too. */
final class GrpcStream implements SubProtocolHandler {
    private final SubProtocolHandler delegate;
    private final Http2Stream stream;
    private final GrpcMessages messages;
    private boolean allSaid;

    GrpcStream(SubProtocolHandler delegate, Http2Stream stream, GrpcMessages messages) {
        this.delegate = delegate;
        this.stream = stream;
        this.messages = messages;
    }

    @Override
    public void init() {
        inOurCode(delegate::init);
    }

    @Override
    public void data(Http2FrameHeader header, BufferData data) {
        allSaid = header.flags(Http2FrameTypes.DATA).endOfStream();
        if (stream.isAnswered()) {
            return;
        }
        inOurCode(
                () -> {
                    BufferData whole = messages.whole(data, allSaid);
                    Optional<RequestFault> fault = messages.fault();
                    if (fault.isEmpty()) {
                        delegate.data(header, whole);
                    } else {
                        if (whole.available() > 0) {
                            delegate.data(withoutEnd(header, whole.available()), whole);
                        }
                        stream.faulted(fault.get());
                    }
                    if (allSaid) {
                        // No frame will come that ends the wait for the next one; the answer may
                        // be another thread's.
                        stream.awaitAnswered();
                    }
                });
    }

    /**
     * Helidon 4.5.0 leaves a stream open whose handler throws, and its client waits for ever (not
     * reported): a stream that ends so is reset.
     */
    private void inOurCode(Runnable step) {
        stream.enter();
        try {
            step.run();
        } catch (CloseConnectionException
                | RequestException
                | SocketWriterException
                | UncheckedIOException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // Helidon takes what is thrown instead for the end of the stream, and says no more.
            FatalErrors.check(e);
            throw new CloseConnectionException(
                    "a call failed", new Http2Exception(Http2ErrorCode.INTERNAL, "failed", e));
        } finally {
            stream.exit();
        }
    }

    private static Http2FrameHeader withoutEnd(Http2FrameHeader header, int length) {
        return Http2FrameHeader.create(
                length, Http2FrameTypes.DATA, Http2Flag.DataFlags.create(0), header.streamId());
    }

    /**
     * Closed as soon as the client is gone, where Helidon would wait for the rest of the request,
     * and once both have said all, also if Helidon could not read what the client said. Not before:
     * Helidon forgets a stream that is closed, and takes what the client still sends for an error
     * of the connection. If the response ends first, {@link FrameFilter} ends the request.
     */
    @Override
    public Http2StreamState streamState() {
        if (stream.isGone() || allSaid && stream.isAnswered()) {
            return Http2StreamState.CLOSED;
        }
        Http2StreamState state = delegate.streamState();
        return state == Http2StreamState.CLOSED && !allSaid
                ? Http2StreamState.HALF_CLOSED_LOCAL
                : state;
    }

    @Override
    public void rstStream(Http2RstStream rstStream) {
        if (!stream.isAnswered()) {
            delegate.rstStream(rstStream);
        }
    }

    @Override
    public void windowUpdate(Http2WindowUpdate update) {
        delegate.windowUpdate(update);
    }
}
