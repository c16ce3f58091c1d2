package io.rangestream.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.buffers.BufferData;
import io.rangestream.testkit.Covers;
import io.rangestream.transport.RequestFault;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Tests how much memory incomplete and long messages reserve. */
final class GrpcMessagesTest {
    private static final int MAX_BYTES = 64 * 1024;

    private final MessageBudget budget = new MessageBudget();

    private GrpcMessages messages() {
        return new GrpcMessages(false, MAX_BYTES, budget);
    }

    /** Returns the first bytes of a message of the longest allowed length. */
    private static BufferData beginning(int bytes) {
        return BufferData.create(
                ByteBuffer.allocate(5 + bytes).put((byte) 0).putInt(MAX_BYTES).array());
    }

    private static BufferData message(int bytes) {
        return BufferData.create(
                ByteBuffer.allocate(5 + bytes).put((byte) 0).putInt(bytes).array());
    }

    @Test
    void holdsIncompleteMessageUntilComplete() {
        GrpcMessages messages = messages();
        assertThat(messages.complete(beginning(1000), false).available()).isZero();
        assertThat(budget.bytes()).isEqualTo(1005);
        messages.complete(BufferData.create(new byte[MAX_BYTES - 1000]), false);
        assertThat(messages.fault()).isEmpty();
        assertThat(budget.bytes()).isEqualTo(MAX_BYTES + 5);
        messages.close();
        messages.close();
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void shortMessagesReserveNoMemory() {
        GrpcMessages messages = messages();
        assertThat(messages.complete(message(1000), false).available()).isEqualTo(1005);
        assertThat(budget.bytes()).isZero();
    }

    @Test
    @Covers("grpc-messages-incomplete-over")
    void refusesMessageAboveBudget() {
        List<GrpcMessages> calls = new ArrayList<>();
        GrpcMessages refused = messages();
        while (refused.fault().isEmpty()) {
            calls.add(refused);
            refused = messages();
            refused.complete(beginning(MAX_BYTES - 1), false);
            assertThat(calls).hasSizeLessThan(1000);
        }
        assertThat(refused.fault().orElseThrow().kind()).isEqualTo(RequestFault.Kind.NO_ROOM);
        long before = budget.bytes();
        refused.close();
        assertThat(budget.bytes()).isEqualTo(before);
        GrpcMessages small = messages();
        assertThat(small.complete(message(1000), true).available()).isEqualTo(1005);
        assertThat(small.fault()).isEmpty();
        calls.forEach(GrpcMessages::close);
        assertThat(budget.bytes()).isZero();
    }
}
