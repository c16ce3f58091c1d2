package io.rangestream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

final class Crc64NvmeTest {
    @Test
    void computesTheCheckValueOfTheSpecification() {
        Crc64Nvme sum = new Crc64Nvme();
        sum.update("123456789".getBytes(StandardCharsets.US_ASCII));
        assertThat(Long.toHexString(sum.getValue())).isEqualTo("ae8b14860a799888");
        sum.reset();
        assertThat(sum.getValue()).isZero();
    }
}
