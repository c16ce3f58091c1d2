package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who may send long messages, and that places come free. */
class MessageRoomTest {
    private static final int LONG = 256 * 1024;

    private final MessageRoom room = new MessageRoom(2);

    @Test
    void onlySoManyCallsHaveLongMessages() {
        MessageRoom.Share first = room.enter(LONG);
        MessageRoom.Share second = room.enter(LONG);
        MessageRoom.Share third = room.enter(LONG);
        assertThat(first.chunkBytes()).isEqualTo(LONG);
        assertThat(second.chunkBytes()).isEqualTo(LONG);
        assertThat(third.chunkBytes()).isEqualTo(MessageRoom.SHORT_CHUNK_BYTES);
        third.close();
        first.close();
        first.close();
        assertThat(room.enter(LONG).chunkBytes()).isEqualTo(LONG);
        assertThat(room.enter(LONG).chunkBytes()).isEqualTo(MessageRoom.SHORT_CHUNK_BYTES);
    }

    @Test
    void shortOnesTakeNoPlace() {
        for (int i = 0; i < 10; i++) {
            assertThat(room.enter(4096).chunkBytes()).isEqualTo(4096);
        }
        assertThat(room.enter(LONG).chunkBytes()).isEqualTo(LONG);
    }
}
