package io.rangestream.transport.http2;

import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The settings of a client's SETTINGS frame (RFC 9113, section 6.5) that are passed on to Helidon.
 * A SETTINGS_HEADER_TABLE_SIZE above the default is not among them: Helidon has no use for it. Made
 * by {@link FrameFilter}. Immutable.
 *
 * <p>Workaround for Helidon 4.5.0: a setting with an unknown identifier makes it misread the rest
 * of the frame (helidon-io/helidon#12278).
 */
final class ClientSettings {
    static final int SETTING_BYTES = 6;

    private static final int HEADER_TABLE_SIZE = 1;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int LAST_KNOWN = 6;
    private static final int DEFAULT_TABLE_BYTES = 4096;

    private final byte[] known;
    private final OptionalInt initialWindow;

    private ClientSettings(byte[] known, OptionalInt initialWindow) {
        this.known = known;
        this.initialWindow = initialWindow;
    }

    /**
     * Reads a frame's payload, which must have a multiple of {@link #SETTING_BYTES} bytes.
     *
     * @throws Http2Exception if the connection must end because of a value
     */
    static ClientSettings read(byte[] bytes, int from, int to) {
        byte[] known = new byte[to - from];
        int length = 0;
        OptionalInt initialWindow = OptionalInt.empty();
        for (int at = from; at < to; at += SETTING_BYTES) {
            int id = Http2Frames.word(bytes, at) >>> Short.SIZE;
            int value = Http2Frames.word(bytes, at + 2);
            if (id == INITIAL_WINDOW_SIZE) {
                if (value < 0) {
                    throw new Http2Exception(
                            Http2ErrorCode.FLOW_CONTROL,
                            "SETTINGS_INITIAL_WINDOW_SIZE is too large");
                }
                initialWindow = OptionalInt.of(value);
            }
            boolean isTooLarge =
                    id == HEADER_TABLE_SIZE && (value < 0 || value > DEFAULT_TABLE_BYTES);
            if (id > 0 && id <= LAST_KNOWN && !isTooLarge) {
                System.arraycopy(bytes, at, known, length, SETTING_BYTES);
                length += SETTING_BYTES;
            }
        }
        return new ClientSettings(Arrays.copyOf(known, length), initialWindow);
    }

    /** Returns the payload for Helidon. */
    byte[] known() {
        return known;
    }

    /** Returns SETTINGS_INITIAL_WINDOW_SIZE in bytes; empty if the frame does not set it. */
    OptionalInt initialWindow() {
        return initialWindow;
    }
}
