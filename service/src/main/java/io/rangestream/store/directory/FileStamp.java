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
 * Identifies one version of a file. Another file under the same name has another inode, and each
 * write changes the times of the file. A program can't set the change time back.
 */
record FileStamp(int type, long inode, long size, Instant lastModified, Instant lastChanged) {
    // S_IFMT, S_IFREG, S_IFDIR and S_IFLNK of stat(2).
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;

    /**
     * The stamp of the file at a path now. Links are followed unless {@code options} exclude that.
     */
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

    /** Whether this is a link. Only possible if links were not followed. */
    boolean isLink() {
        return type == LINK;
    }

    /** A strong entity tag: a hash of all parts, because clients must not learn inode numbers. */
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
