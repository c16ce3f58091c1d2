package io.rangestream.client.internal.download;

import com.google.protobuf.ByteString;

import io.rangestream.client.internal.wire.Pin;
import io.rangestream.client.internal.wire.ResolvedRange;

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
 * The partial file of a download, in the directory of the target. Parts are written in any order;
 * {@link #finish} renames the file to the target when all are on disk. If the download is
 * resumable, a state file lists the complete parts; it never lists a part that is not on disk.
 * Several threads write parts; one thread opens, finishes and closes it.
 *
 * <p>All exceptions name the target. Links at the partial file and the state file are not followed:
 * see {@link OwnFile}. A symbolic link at the target is replaced by the rename; a directory, or a
 * link to one, is refused.
 */
public final class PartialFile implements AutoCloseable {
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
                    earlier(pin)
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
     * Opens the partial file of an earlier download, or a new one.
     *
     * @param file the target
     * @param resume whether to resume; an object without a strong entity tag and version id is
     *     never resumed, because its versions can't be distinguished
     * @param atOnce the number of concurrent parts
     */
    public static PartialFile open(Path file, Pin pin, boolean resume, int atOnce)
            throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        boolean resumable = resume && (pin.strongEtag().isPresent() || pin.versionId().isPresent());
        // A hash of the target's name, because that may have the maximum length already.
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
            // The download that held the lock may have renamed the file to the target.
            if (channel.tryLock() != null && Files.exists(partial)) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("another download to it is running", e);
        }
        throw new IOException("another download to it is running");
    }

    private Optional<DownloadState> earlier(Pin pin) throws IOException {
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

    /** The numbers of the parts that are not complete. */
    List<Integer> missing() {
        List<Integer> missing = new ArrayList<>();
        for (int part = 0; part < state.layout().count(); part++) {
            if (!state.isComplete(part)) {
                missing.add(part);
            }
        }
        return missing;
    }

    /** The positions of a part in the object. */
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

    /** Records that all bytes of a part are written. */
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

    /**
     * Replaces the state file atomically, so that a killed process leaves the old or the new one.
     */
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

    /** Renames the file to the target. */
    void finish() throws IOException {
        try {
            // Without it a power failure could leave an empty file at the target.
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

    /** Whether a later download can resume with complete parts. */
    boolean isWorthKeeping() {
        return resumable && state.isBegun();
    }

    /** Deletes the partial file and the state file. */
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
