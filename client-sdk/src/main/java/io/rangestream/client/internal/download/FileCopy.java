package io.rangestream.client.internal.download;

import com.google.protobuf.ByteString;

import io.rangestream.client.internal.read.ChunkSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * Copies a source to a file atomically: writes a temporary file in the same directory and renames
 * it when all bytes are on disk. The temporary file's name is random and must not exist, so that it
 * can't be a planted link. A symbolic link at the target is replaced. For one thread.
 */
public final class FileCopy {
    private final Path file;
    private final Path temporary;

    public FileCopy(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        this.file = file;
        // Not derived from the target's name, which may have the maximum length already.
        this.temporary = file.resolveSibling(".rangestream-" + UUID.randomUUID() + ".part");
    }

    public void from(ChunkSource source) throws IOException {
        try {
            write(source);
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (Throwable failed) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                failed.addSuppressed(e);
            }
            throw failed;
        }
    }

    private void write(ChunkSource source) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (Optional<ByteString> chunk = source.next();
                    chunk.isPresent();
                    chunk = source.next()) {
                for (ByteBuffer bytes : chunk.get().asReadOnlyByteBufferList()) {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                }
            }
            // Without it a power failure could leave an empty file at the target.
            channel.force(true);
        }
    }
}
