package io.rangestream.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.http2.FlowControl;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2FrameData;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;

import java.util.concurrent.ExecutorService;

/** Fakes of the parts of Helidon that a connection uses. */
final class FakeHelidon {
    private FakeHelidon() {}

    /** Discards all that is written. */
    static class NoSocket implements DataWriter {
        @Override
        public void write(BufferData... buffers) {}

        @Override
        public void write(BufferData buffer) {}

        @Override
        public void writeNow(BufferData... buffers) {}

        @Override
        public void writeNow(BufferData buffer) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** A connection with incoming bytes only. */
    record Incoming(DataReader dataReader) implements ConnectionContext {
        static UnsupportedOperationException unused() {
            return new UnsupportedOperationException();
        }

        @Override
        public ListenerContext listenerContext() {
            throw unused();
        }

        @Override
        public ExecutorService executor() {
            throw unused();
        }

        @Override
        public DataWriter dataWriter() {
            throw unused();
        }

        @Override
        public Router router() {
            throw unused();
        }

        @Override
        public HelidonSocket serverSocket() {
            throw unused();
        }

        @Override
        public PeerInfo remotePeer() {
            throw unused();
        }

        @Override
        public PeerInfo localPeer() {
            throw unused();
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public String socketId() {
            return "socket";
        }

        @Override
        public String childSocketId() {
            return "child";
        }
    }

    /** A writer that must not be used. */
    static class NoWriter implements Http2StreamWriter {
        @Override
        public void write(Http2FrameData frame) {
            throw Incoming.unused();
        }

        @Override
        public void writeData(Http2FrameData frame, FlowControl.Outbound flowControl) {
            throw Incoming.unused();
        }

        @Override
        public int writeHeaders(
                Http2Headers headers,
                int streamId,
                Http2Flag.HeaderFlags flags,
                FlowControl.Outbound flowControl) {
            throw Incoming.unused();
        }

        @Override
        public int writeHeaders(
                Http2Headers headers,
                int streamId,
                Http2Flag.HeaderFlags flags,
                Http2FrameData dataFrame,
                FlowControl.Outbound flowControl) {
            throw Incoming.unused();
        }
    }
}
