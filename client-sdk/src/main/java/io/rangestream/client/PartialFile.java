package io.rangestream.client;

import com.google.protobuf.ByteString;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file in the making, beside the one that it is to be: its parts come in any order, and it takes
 * the final name when all are on the disk. Where it may be gone on with later, a small file beside
 * it says which parts it has; that file is never ahead of the disk. Several threads write parts;
 * one begins and ends. All exceptions name the final file. Links under the names of the two files
 * are not followed: see {@link OwnFile}. A symbolic link under the final name is replaced, as it is
 * renamed over; one that leads to a directory is refused, as the directory is.
 */
final class PartialFile implements AutoCloseable {
    private final Path file;
    private final Path partial;
    private final Path stateFile;
    private final boolean resumable;
    private final FileChannel channel;
    private final DownloadState state;
    private final ReentrantLock stateLock = new ReentrantLock();

    private PartialFile(Path file, String name, boolean resumable, Pin pin, int atOnce)
            throws IOException {
        this.file = file;
        this.partial = file.resolveSibling(name + ".part");
        this.stateFile = file.resolveSibling(name + ".state");
        this.resumable = resumable;
        this.channel = OwnFile.openOrCreate(partial);
        try {
            lock();
            this.state =
                    left(pin)
                            .orElseGet(
                                    () ->
                                            DownloadState.begin(
                                                    pin,
                                                    PartLayout.of(
                                                            pin.metadata().completeLength(),
                                                            atOnce)));
            if (!state.isBegun()) {
                channel.truncate(0);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Opens what an earlier try left, or a new one.
     *
     * @param resume whether to; what can't be told apart from other versions is never gone on with
     * @param atOnce how many parts will be written at once
     */
    static PartialFile open(Path file, Pin pin, boolean resume, int atOnce) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        boolean resumable =
                resume && (pin.metadata().strongEtag().isPresent() || pin.versionId().isPresent());
        // Not made from the final name as it is: that may be as long as a name can be.
        String name =
                resumable
                        ? UUID.nameUUIDFromBytes(
                                        ByteString.copyFromUtf8(String.valueOf(file.getFileName()))
                                                .toByteArray())
                                .toString()
                        : UUID.randomUUID().toString();
        try {
            return new PartialFile(file, ".rangestream-" + name, resumable, pin, atOnce);
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    private void lock() throws IOException {
        try {
            // Who waited for the lock may have what is the final file by now.
            if (channel.tryLock() != null && Files.exists(partial)) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("another download to it is going on", e);
        }
        throw new IOException("another download to it is going on");
    }

    private Optional<DownloadState> left(Pin pin) throws IOException {
        if (!resumable) {
            return Optional.empty();
        }
        Optional<DownloadState> found =
                OwnFile.read(stateFile, DownloadState.MOST_BYTES)
                        .flatMap(content -> DownloadState.parse(content, pin));
        if (found.isEmpty() || channel.size() < found.get().leastLength()) {
            Files.deleteIfExists(stateFile);
            return Optional.empty();
        }
        return found;
    }

    /** The parts that are still to come, each by its number. */
    List<Integer> missing() {
        List<Integer> missing = new ArrayList<>();
        for (int part = 0; part < state.layout().count(); part++) {
            if (!state.isComplete(part)) {
                missing.add(part);
            }
        }
        return missing;
    }

    /** Where a part is in the object. */
    ResolvedRange range(int part) {
        return state.layout().range(part);
    }

    void write(long position, ByteString chunk) throws IOException {
        try {
            long at = position;
            for (ByteBuffer bytes : chunk.asReadOnlyByteBufferList()) {
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
            }
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** All bytes of a part are written. */
    void complete(int part) throws IOException {
        try {
            if (resumable) {
                channel.force(false);
            }
            stateLock.lock();
            try {
                state.complete(part);
                if (resumable) {
                    writeState();
                }
            } finally {
                stateLock.unlock();
            }
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** In one step: a process that is killed leaves the one before or this one. */
    private void writeState() throws IOException {
        Path next = stateFile.resolveSibling(stateFile.getFileName() + ".new");
        try {
            OwnFile.write(next, state.encode());
            Files.move(
                    next,
                    stateFile,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(next);
            throw e;
        }
    }

    /** Gives the file its final name. */
    void finish() throws IOException {
        try {
            // Else a power cut could leave an empty file under the final name.
            channel.force(true);
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(stateFile);
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** Whether another try would have less to do. */
    boolean isWorthKeeping() {
        return resumable && state.isBegun();
    }

    /** Deletes what there is. */
    void discard() throws IOException {
        Files.deleteIfExists(stateFile);
        Files.deleteIfExists(partial);
    }

    private static IOException named(Path file, IOException e) {
        IOException named;
        if (e instanceof ClosedByInterruptException) {
            named = new InterruptedIOException(file + ": interrupted while writing");
        } else if (e instanceof AccessDeniedException) {
            named = new AccessDeniedException(file.toString());
        } else if (e instanceof NoSuchFileException) {
            named = new NoSuchFileException(file.toString(), null, "its directory does not exist");
        } else {
            named = new FileSystemException(file.toString(), null, e.getMessage());
        }
        named.initCause(e);
        return named;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
