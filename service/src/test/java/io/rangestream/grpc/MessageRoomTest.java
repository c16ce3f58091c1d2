package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageRoomTest {
    private static final int LONG = 256 * 1024;

    private final MessageRoom room = new MessageRoom(2);

    @Test
    void limitsCallsWithLongMessages() {
        MessageRoom.Share first = room.reserve(LONG);
        MessageRoom.Share second = room.reserve(LONG);
        MessageRoom.Share third = room.reserve(LONG);
        assertThat(first.chunkBytes()).isEqualTo(LONG);
        assertThat(second.chunkBytes()).isEqualTo(LONG);
        assertThat(third.chunkBytes()).isEqualTo(MessageRoom.SHORT_CHUNK_BYTES);
        third.close();
        first.close();
        first.close();
        assertThat(room.reserve(LONG).chunkBytes()).isEqualTo(LONG);
        assertThat(room.reserve(LONG).chunkBytes()).isEqualTo(MessageRoom.SHORT_CHUNK_BYTES);
    }

    @Test
    void shortMessagesTakeNoPlace() {
        for (int i = 0; i < 10; i++) {
            assertThat(room.reserve(4096).chunkBytes()).isEqualTo(4096);
        }
        assertThat(room.reserve(LONG).chunkBytes()).isEqualTo(LONG);
    }
}
