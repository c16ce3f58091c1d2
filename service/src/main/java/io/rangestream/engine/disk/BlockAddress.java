package io.rangestream.engine.disk;

import io.rangestream.condition.EntityTag;
import io.rangestream.store.ObjectId;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Identifies the bytes of one block: those of one version of an object, starting at {@code index *
 * blockBytes}. The engine makes addresses and passes them to {@link DiskTier}. The last block of an
 * object may be shorter than the others.
 *
 * @param id the object
 * @param tag a strong entity tag, so that equal addresses imply equal bytes
 * @param completeLength length of the object in bytes, at least 1
 * @param blockBytes size in bytes of every block of the object but the last, at least 1
 * @param index number of the block, counted from 0
 */
public record BlockAddress(
        ObjectId id, EntityTag tag, long completeLength, int blockBytes, long index) {

    /**
     * The longest encoding that is stored. The longest key (1024 bytes), bucket, version id and tag
     * of S3 fit several times.
     */
    static final int MAX_ENCODED_BYTES = 8 * 1024;

    public BlockAddress {
        if (tag.weak()) {
            throw new IllegalArgumentException("weak entity tag " + tag + " of " + id);
        }
        if (completeLength < 1 || blockBytes < 1) {
            throw new IllegalArgumentException(
                    id
                            + ": object of "
                            + completeLength
                            + " bytes in blocks of "
                            + blockBytes
                            + "; both must be at least 1");
        }
        if (index < 0 || index > (completeLength - 1) / blockBytes) {
            throw new IllegalArgumentException(id + " has no block " + index);
        }
    }

    /** Length of the block in bytes, at least 1. */
    public int length() {
        return (int) Math.min(blockBytes, completeLength - index * blockBytes);
    }

    /**
     * The address as stored in an index file; empty if it is longer than {@link
     * #MAX_ENCODED_BYTES}, and then the block is not stored. Strings are in Java's modified UTF-8,
     * which keeps unpaired surrogates distinct, so two addresses never have the same encoding.
     */
    Optional<byte[]> encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(completeLength);
            out.writeInt(blockBytes);
            out.writeLong(index);
            out.writeUTF(tag.opaque());
            out.writeUTF(id.bucket());
            out.writeUTF(id.key());
            out.writeBoolean(id.versionId().isPresent());
            out.writeUTF(id.versionId().orElse(""));
        } catch (IOException e) {
            // UTFDataFormatException: a string is longer than 64 KiB. No other failure is possible.
            return Optional.empty();
        }
        return Optional.of(bytes.toByteArray()).filter(all -> all.length <= MAX_ENCODED_BYTES);
    }

    /** Reverses {@link #encoded}; empty if the bytes are not an address. */
    static Optional<BlockAddress> decode(byte[] array, int offset, int length) {
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(array, offset, length))) {
            long completeLength = in.readLong();
            int blockBytes = in.readInt();
            long index = in.readLong();
            EntityTag tag = EntityTag.strong(in.readUTF());
            String bucket = in.readUTF();
            String key = in.readUTF();
            boolean versioned = in.readBoolean();
            String version = in.readUTF();
            ObjectId id =
                    new ObjectId(bucket, key, versioned ? Optional.of(version) : Optional.empty());
            return Optional.of(new BlockAddress(id, tag, completeLength, blockBytes, index));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
