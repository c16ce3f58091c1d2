package io.rangestream.transport.grpc;

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
import io.rangestream.transport.RequestFault;
import io.rangestream.transport.http2.FrameFilter;
import io.rangestream.transport.http2.Http2Stream;

import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Wraps Helidon's handler of one gRPC call: hands it complete messages, resets the stream if the
 * handler fails, and ends when the client leaves. Called by the stream's thread, and {@link
 * #rstStream} by the connection's thread.
 *
 * <p>Workaround for Helidon 4.5.0: if the handler throws, the stream stays open and the client
 * waits for ever; and after its client has left, a call waits for the rest of the request (not
 * reported).
 */
public final class GrpcStream implements SubProtocolHandler {
    private final SubProtocolHandler delegate;
    private final Http2Stream stream;
    private final GrpcMessages messages;
    private boolean requestEnded;

    public GrpcStream(SubProtocolHandler delegate, Http2Stream stream, GrpcMessages messages) {
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
        requestEnded = header.flags(Http2FrameTypes.DATA).endOfStream();
        if (stream.isResponseEnded()) {
            return;
        }
        inOurCode(
                () -> {
                    BufferData complete = messages.complete(data, requestEnded);
                    Optional<RequestFault> fault = messages.fault();
                    if (fault.isEmpty()) {
                        delegate.data(header, complete);
                    } else {
                        if (complete.available() > 0) {
                            delegate.data(withoutEnd(header, complete.available()), complete);
                        }
                        stream.faulted(fault.get());
                    }
                    if (requestEnded) {
                        // Helidon would wait for a next frame, and none follows. Another thread may
                        // be writing the response.
                        stream.awaitResponseEnd();
                    }
                });
    }

    /** Runs a step of the call; if it throws, the stream is reset. */
    private void inOurCode(Runnable step) {
        stream.thread().enter();
        try {
            step.run();
        } catch (CloseConnectionException
                | RequestException
                | SocketWriterException
                | UncheckedIOException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // For this exception Helidon resets the stream.
            FatalErrors.check(e);
            throw new CloseConnectionException(
                    "a call failed", new Http2Exception(Http2ErrorCode.INTERNAL, "failed", e));
        } finally {
            stream.thread().exit();
        }
    }

    private static Http2FrameHeader withoutEnd(Http2FrameHeader header, int length) {
        return Http2FrameHeader.create(
                length, Http2FrameTypes.DATA, Http2Flag.DataFlags.create(0), header.streamId());
    }

    /**
     * Returns CLOSED once the client has left, or once both sides have ended, also if Helidon could
     * not read the request. Never earlier: Helidon forgets a closed stream, and takes a later frame
     * on it for an error of the connection. If the response ends first, {@link FrameFilter} ends
     * the request.
     */
    @Override
    public Http2StreamState streamState() {
        if (stream.isGone() || requestEnded && stream.isResponseEnded()) {
            return Http2StreamState.CLOSED;
        }
        Http2StreamState state = delegate.streamState();
        return state == Http2StreamState.CLOSED && !requestEnded
                ? Http2StreamState.HALF_CLOSED_LOCAL
                : state;
    }

    @Override
    public void rstStream(Http2RstStream rstStream) {
        if (!stream.isResponseEnded()) {
            delegate.rstStream(rstStream);
        }
    }

    @Override
    public void windowUpdate(Http2WindowUpdate update) {
        delegate.windowUpdate(update);
    }
}
