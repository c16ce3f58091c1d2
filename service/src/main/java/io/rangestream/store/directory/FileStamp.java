package io.rangestream.store.directory;

import io.rangestream.condition.EntityTag;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;

/**
 * What tells one version of a file from another: another file under its name has another inode, and
 * whatever is written to it changes its times. The change time can't be set back by a program.
 */
record FileStamp(
        boolean isRegular, long inode, long size, Instant lastModified, Instant lastChanged) {
    // S_IFMT and S_IFREG of stat(2).
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;

    /** As the path, its links followed, is now. */
    static FileStamp of(Path path) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(path, "unix:mode,ino,size,lastModifiedTime,ctime");
        return new FileStamp(
                ((Integer) attribute(attributes, "mode") & TYPE_MASK) == REGULAR,
                (Long) attribute(attributes, "ino"),
                (Long) attribute(attributes, "size"),
                ((FileTime) attribute(attributes, "lastModifiedTime")).toInstant(),
                ((FileTime) attribute(attributes, "ctime")).toInstant());
    }

    private static Object attribute(Map<String, Object> attributes, String name) {
        Object value = attributes.get(name);
        if (value == null) {
            throw new IllegalStateException("no file attribute " + name);
        }
        return value;
    }

    /** A strong tag; a hash, as inodes are nobody's business. */
    EntityTag entityTag() {
        ByteBuffer all = ByteBuffer.allocate(2 * Long.BYTES + 2 * (Long.BYTES + Integer.BYTES));
        all.putLong(inode).putLong(size);
        all.putLong(lastModified.getEpochSecond()).putInt(lastModified.getNano());
        all.putLong(lastChanged.getEpochSecond()).putInt(lastChanged.getNano());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.array());
            return EntityTag.strong(HexFormat.of().formatHex(digest, 0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    Instant lastModifiedSecond() {
        return lastModified.truncatedTo(ChronoUnit.SECONDS);
    }
}
