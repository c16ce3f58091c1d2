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
 * An address as the disk has it. Strings are in Java's modified UTF-8, which also tells apart those
 * that are no text: two objects never have the same bytes here.
 */
final class AddressBytes {
    /** Beyond any key (1024 bytes), bucket, version id and tag of S3, with room. */
    static final int MAX_BYTES = 8 * 1024;

    private AddressBytes() {}

    /** Empty where the address is longer than any that S3 has: such a block is not kept. */
    static Optional<byte[]> of(BlockAddress address) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(address.completeLength());
            out.writeInt(address.blockBytes());
            out.writeLong(address.index());
            out.writeUTF(address.tag().opaque());
            out.writeUTF(address.id().bucket());
            out.writeUTF(address.id().key());
            out.writeBoolean(address.id().versionId().isPresent());
            out.writeUTF(address.id().versionId().orElse(""));
        } catch (IOException e) {
            // A string of more than 64 KiB; an array has no other failures.
            return Optional.empty();
        }
        return Optional.of(bytes.toByteArray()).filter(all -> all.length <= MAX_BYTES);
    }

    /** Empty where these bytes are no address. */
    static Optional<BlockAddress> parse(byte[] array, int offset, int length) {
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
