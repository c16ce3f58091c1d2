package io.rangestream.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.buffers.BufferData;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** How much of messages is held in memory. */
final class GrpcMessagesTest {
    private static final int MAX_BYTES = 64 * 1024;

    private final HeldMessages room = new HeldMessages();

    private GrpcMessages messages() {
        return new GrpcMessages(false, MAX_BYTES, room);
    }

    /** The first bytes of a message of the longest that is allowed. */
    private static BufferData begun(int bytes) {
        return BufferData.create(
                ByteBuffer.allocate(5 + bytes).put((byte) 0).putInt(MAX_BYTES).array());
    }

    private static BufferData whole(int bytes) {
        return BufferData.create(
                ByteBuffer.allocate(5 + bytes).put((byte) 0).putInt(bytes).array());
    }

    @Test
    void holdsWhatIsIncompleteUntilItsRestComes() {
        GrpcMessages messages = messages();
        assertThat(messages.complete(begun(1000), false).available()).isZero();
        assertThat(room.bytes()).isEqualTo(1005);
        messages.complete(BufferData.create(new byte[MAX_BYTES - 1000]), false);
        assertThat(messages.fault()).isEmpty();
        assertThat(room.bytes()).isEqualTo(MAX_BYTES + 5);
        messages.close();
        messages.close();
        assertThat(room.bytes()).isZero();
    }

    @Test
    void shortMessagesTakeNoRoom() {
        GrpcMessages messages = messages();
        assertThat(messages.complete(whole(1000), false).available()).isEqualTo(1005);
        assertThat(room.bytes()).isZero();
    }

    @Test
    void refusesMessageForWhichThereIsNoRoom() {
        List<GrpcMessages> calls = new ArrayList<>();
        GrpcMessages refused = messages();
        while (refused.fault().isEmpty()) {
            calls.add(refused);
            refused = messages();
            refused.complete(begun(MAX_BYTES - 1), false);
            assertThat(calls).hasSizeLessThan(1000);
        }
        assertThat(refused.fault().orElseThrow().kind()).isEqualTo(RequestFault.Kind.NO_ROOM);
        long before = room.bytes();
        refused.close();
        assertThat(room.bytes()).isEqualTo(before);
        GrpcMessages small = messages();
        assertThat(small.complete(whole(1000), true).available()).isEqualTo(1005);
        assertThat(small.fault()).isEmpty();
        calls.forEach(GrpcMessages::close);
        assertThat(room.bytes()).isZero();
    }
}
