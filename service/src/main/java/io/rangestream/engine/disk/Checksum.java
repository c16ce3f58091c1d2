package io.rangestream.engine.disk;

import java.util.zip.CRC32C;

/** CRC-32C, of a block together with its address, and of what stands in an index. */
final class Checksum {
    private Checksum() {}

    /** Covers the address too: whole bytes in the wrong place are as wrong as broken ones. */
    static int ofBlock(byte[] array, int length, byte[] address) {
        CRC32C crc = new CRC32C();
        crc.update(array, 0, length);
        crc.update(address, 0, address.length);
        return (int) crc.getValue();
    }

    static int of(byte[] array, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(array, offset, length);
        return (int) crc.getValue();
    }
}
