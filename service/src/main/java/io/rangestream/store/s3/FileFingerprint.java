package io.rangestream.store.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;

/**
 * Shows whether a file was replaced or rewritten. The modification time alone does not: a file that
 * is renamed into place, or a link that is switched, may have an older one.
 */
record FileFingerprint(FileTime modified, long sizeBytes, String fileKey) {
    private static final FileFingerprint ABSENT =
            new FileFingerprint(FileTime.fromMillis(0), -1, "");

    /**
     * The fingerprint of the file at a path, with links followed. A file that can't be inspected
     * counts as absent.
     */
    static FileFingerprint of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileFingerprint(
                    attributes.lastModifiedTime(),
                    attributes.size(),
                    Objects.toString(attributes.fileKey()));
        } catch (IOException e) {
            return ABSENT;
        }
    }
}
