package io.rangestream.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

final class BlockAddressTest {
    private static final ObjectId ID = ObjectId.of("films", "a.mp4");
    private static final EntityTag TAG = EntityTag.strong("v1");

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 1",
        "10, 4, 0, 4",
        "10, 4, 1, 4",
        "10, 4, 2, 2",
        "8, 4, 1, 4",
        "3, 4, 0, 3",
        "9223372036854775807, 1, 9223372036854775806, 1",
        "9223372036854775807, 262144, 35184372088831, 262143"
    })
    void lengthIsDerivedFromCompleteLengthAndIndex(
            long completeLength, int blockBytes, long index, int length) {
        assertThat(new BlockAddress(ID, TAG, completeLength, blockBytes, index).length())
                .isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0",
        "-1, 1, 0",
        "1, 0, 0",
        "1, -1, 0",
        "10, 4, -1",
        "10, 4, 3",
        "8, 4, 2",
        "10, 4, 9223372036854775807"
    })
    void rejectsInvalidAddress(long completeLength, int blockBytes, long index) {
        assertThatThrownBy(() -> new BlockAddress(ID, TAG, completeLength, blockBytes, index))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("films/a.mp4");
    }

    @Test
    void rejectsWeakTag() {
        assertThatThrownBy(() -> new BlockAddress(ID, new EntityTag("v1", true), 1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weak");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "über/ünter", "\uD83C\uDFAC", "\uD800", "?", " ", "a//b"})
    void encodedAddressDecodesToItself(String key) {
        for (Optional<String> version :
                List.of(Optional.<String>empty(), Optional.of(""), Optional.of("3/L4"))) {
            BlockAddress address =
                    new BlockAddress(new ObjectId("films", key, version), TAG, 1L << 40, 7, 1000);
            byte[] bytes = address.encoded().orElseThrow();
            assertThat(BlockAddress.decode(bytes, 0, bytes.length)).contains(address);
        }
    }

    @Test
    void overlongAddressHasNoEncoding() {
        for (int length : new int[] {9_000, 70_000}) {
            ObjectId id = new ObjectId("films", "a", Optional.of("v".repeat(length)));
            assertThat(new BlockAddress(id, TAG, 1, 1, 0).encoded()).isEmpty();
        }
    }
}
