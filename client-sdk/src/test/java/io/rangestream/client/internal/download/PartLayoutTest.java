package io.rangestream.client.internal.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PartLayoutTest {
    private static final long MIB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({
        "0, 4, 1, 1048576",
        "1, 4, 1, 1048576",
        "1048576, 4, 1, 1048576",
        "1048577, 4, 2, 1048576",
        "8000000, 4, 4, 2097152",
        "64000000, 4, 4, 16252928",
        "1500000000, 4, 90, 16777216",
        "1500000000, 64, 90, 16777216",
        "274877906944, 4, 16384, 16777216",
        "5497558138880, 4, 16384, 335544320",
        "5497558138881, 4, 16372, 335806464"
    })
    void partsAreWholeBlocksAndLimitedInNumber(long length, int atOnce, int count, long partBytes) {
        PartLayout layout = PartLayout.of(length, atOnce);
        assertThat(layout.partBytes() % (256 * 1024)).isZero();
        assertThat(layout).isEqualTo(new PartLayout(length, partBytes));
        assertThat(layout.count()).isEqualTo(count);
        long next = 0;
        for (int part = 0; part < layout.count(); part++) {
            assertThat(layout.range(part).firstPos()).isEqualTo(next);
            next += layout.range(part).length();
        }
        assertThat(next).isEqualTo(length);
    }

    @Test
    void rejectsInvalidLayout() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PartLayout(10 * MIB, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PartLayout(10 * MIB, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PartLayout(Long.MAX_VALUE, 1));
    }
}
