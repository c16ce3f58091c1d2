package io.rangestream.client.cli;

import io.rangestream.client.StoreChecksum;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * The comparison of a file with the checksum that the store keeps of the object.
 *
 * @param outcome the result
 * @param what the algorithm, or the reason why the file can't be verified
 */
record Verification(Outcome outcome, String what) {
    private static final int BUFFER_BYTES = 256 * 1024;

    /** The result of a verification. */
    enum Outcome {
        VERIFIED,
        MISMATCH,
        NOT_VERIFIABLE
    }

    /** Verifies a file. Reads it only if the store has a checksum of the whole object. */
    static Verification of(Path file, Optional<StoreChecksum> stored) throws IOException {
        if (stored.isEmpty()) {
            return new Verification(Outcome.NOT_VERIFIABLE, "no checksum is stored");
        }
        StoreChecksum checksum = stored.get();
        String algorithm = checksum.algorithm().toUpperCase(Locale.ROOT);
        if (checksum.type() != StoreChecksum.Type.FULL_OBJECT) {
            return new Verification(
                    Outcome.NOT_VERIFIABLE,
                    "the stored " + algorithm + " is " + checksum.type() + ", not of the object");
        }
        Optional<Digest> digest = Digest.of(algorithm);
        if (digest.isEmpty()) {
            return new Verification(Outcome.NOT_VERIFIABLE, "the stored checksum is " + algorithm);
        }
        byte[] expected;
        try {
            expected = Base64.getDecoder().decode(checksum.value());
        } catch (IllegalArgumentException e) {
            return new Verification(
                    Outcome.NOT_VERIFIABLE, "the stored " + algorithm + " can't be read");
        }
        boolean same = Arrays.equals(digest.get().of(file), expected);
        return new Verification(same ? Outcome.VERIFIED : Outcome.MISMATCH, algorithm);
    }

    /** A checksum algorithm. Values are big-endian, as S3 writes them. */
    private interface Digest {
        void update(byte[] bytes, int length);

        byte[] value();

        default byte[] of(Path file) throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    update(buffer, count);
                }
            }
            return value();
        }

        static Optional<Digest> of(String algorithm) {
            return switch (algorithm) {
                case "CRC32" -> Optional.of(of(new CRC32(), Integer.BYTES));
                case "CRC32C" -> Optional.of(of(new CRC32C(), Integer.BYTES));
                case "CRC64NVME" -> Optional.of(of(new Crc64Nvme(), Long.BYTES));
                case "SHA1" -> Optional.of(ofMessageDigest("SHA-1"));
                case "SHA256" -> Optional.of(ofMessageDigest("SHA-256"));
                default -> Optional.empty();
            };
        }

        private static Digest of(Checksum sum, int bytes) {
            return new Digest() {
                @Override
                public void update(byte[] read, int length) {
                    sum.update(read, 0, length);
                }

                @Override
                public byte[] value() {
                    byte[] all = ByteBuffer.allocate(Long.BYTES).putLong(sum.getValue()).array();
                    return Arrays.copyOfRange(all, Long.BYTES - bytes, Long.BYTES);
                }
            };
        }

        private static Digest ofMessageDigest(String name) {
            MessageDigest digest;
            try {
                digest = MessageDigest.getInstance(name);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has " + name, e);
            }
            return new Digest() {
                @Override
                public void update(byte[] read, int length) {
                    digest.update(read, 0, length);
                }

                @Override
                public byte[] value() {
                    return digest.digest();
                }
            };
        }
    }
}
