package io.rangestream.store.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;

/**
 * Tells whether a file has been replaced or rewritten. Its time alone does not: a file that is
 * renamed into place, or a link that is switched, may bring an older one.
 */
record FileStamp(FileTime modified, long sizeBytes, String fileKey) {
    private static final FileStamp ABSENT = new FileStamp(FileTime.fromMillis(0), -1, "");

    /** Follows links. A file that can't be looked at counts as absent. */
    static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(
                    attributes.lastModifiedTime(),
                    attributes.size(),
                    Objects.toString(attributes.fileKey()));
        } catch (IOException e) {
            return ABSENT;
        }
    }
}
