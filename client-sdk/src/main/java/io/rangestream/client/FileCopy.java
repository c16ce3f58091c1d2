package io.rangestream.client;

import com.google.protobuf.ByteString;

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
 * Writes a source to a file that is there whole or not at all: into a temporary file beside it,
 * which takes the final name when all bytes are on the disk. The temporary file's name is random
 * and must be new, so that no link can be there; a symbolic link under the final name is replaced.
 */
final class FileCopy {
    private final Path file;
    private final Path temporary;

    FileCopy(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        this.file = file;
        // Not made from the final name: that may be as long as a name can be.
        this.temporary = file.resolveSibling(".rangestream-" + UUID.randomUUID() + ".part");
    }

    void from(ChunkSource source) throws IOException {
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
            // Else a power cut could leave an empty file under the final name.
            channel.force(true);
        }
    }
}
