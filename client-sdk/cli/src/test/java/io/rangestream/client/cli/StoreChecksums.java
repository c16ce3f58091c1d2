package io.rangestream.client.cli;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Computes checksums independently of the command line, in the form in which a store writes them.
 */
final class StoreChecksums {
    private StoreChecksums() {}

    static String of(String algorithm, byte[] bytes) {
        byte[] sum =
                switch (algorithm) {
                    case "CRC32" -> crc(new CRC32(), bytes);
                    case "CRC32C" -> crc(new CRC32C(), bytes);
                    case "CRC64NVME" -> bitByBit(bytes);
                    case "SHA1" -> digest("SHA-1", bytes);
                    case "SHA256" -> digest("SHA-256", bytes);
                    default -> throw new IllegalArgumentException(algorithm);
                };
        return Base64.getEncoder().encodeToString(sum);
    }

    private static byte[] crc(Checksum sum, byte[] bytes) {
        sum.update(bytes);
        return ByteBuffer.allocate(4).putInt((int) sum.getValue()).array();
    }

    private static byte[] bitByBit(byte[] bytes) {
        long polynomial = Long.reverse(new BigInteger("AD93D23594C93659", 16).longValue());
        long state = -1;
        for (byte each : bytes) {
            state ^= each & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                state = (state & 1) == 0 ? state >>> 1 : state >>> 1 ^ polynomial;
            }
        }
        return ByteBuffer.allocate(8).putLong(~state).array();
    }

    private static byte[] digest(String name, byte[] bytes) {
        try {
            return MessageDigest.getInstance(name).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
