package io.rangestream.store.directory;

import io.rangestream.condition.EntityTag;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
record FileStamp(int type, long inode, long size, Instant lastModified, Instant lastChanged) {
    // S_IFMT, S_IFREG, S_IFDIR and S_IFLNK of stat(2).
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;

    /** As the path is now; its links are followed unless {@code options} say otherwise. */
    static FileStamp of(Path path, LinkOption... options) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(path, "unix:mode,ino,size,lastModifiedTime,ctime", options);
        return new FileStamp(
                (Integer) attribute(attributes, "mode") & TYPE_MASK,
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

    boolean isRegular() {
        return type == REGULAR;
    }

    boolean isFolder() {
        return type == FOLDER;
    }

    /** Only if links were not followed. */
    boolean isLink() {
        return type == LINK;
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
