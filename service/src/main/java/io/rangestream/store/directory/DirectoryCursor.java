package io.rangestream.store.directory;

import io.rangestream.store.KeyOrder;
import io.rangestream.store.ListingPage;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectListing.Query;
import io.rangestream.store.ReadCancelledException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Walks the files below a folder in key order, for one listing page. {@link FolderSnapshots}
 * provides the names of each folder. The type of a name is looked up only when the walk reaches it,
 * and a folder is entered only if the page needs keys below it. Used by one thread, which may block
 * in the file system.
 */
final class DirectoryCursor implements ListingPage.Cursor {
    private static final String SEPARATOR = "/";

    private final Path root;
    private final FolderEntries entries;
    private final Query query;
    private final FolderSnapshots snapshots;
    private final long arrivedNanos;
    private final BooleanSupplier isUnwanted;
    private final Deque<OpenFolder> open = new ArrayDeque<>();
    private String from = "";

    /**
     * Starts a walk before the first key.
     *
     * @param root the real path of the bucket's folder
     * @param arrivedNanos the arrival of the request, by {@link System#nanoTime}
     * @param isUnwanted whether the client has left, which ends the walk
     * @throws IOException if the root can't be read
     */
    DirectoryCursor(
            Path root,
            Query query,
            FolderSnapshots snapshots,
            long arrivedNanos,
            BooleanSupplier isUnwanted)
            throws IOException {
        this.root = root;
        this.entries = new FolderEntries(root);
        this.query = query;
        this.snapshots = snapshots;
        this.arrivedNanos = arrivedNanos;
        this.isUnwanted = isUnwanted;
        if (!FileStamp.of(root).isFolder()) {
            throw new NotDirectoryException(root.toString());
        }
        open.push(new OpenFolder(root, ""));
    }

    /** A folder that the walk is in, and the position in it. */
    private final class OpenFolder {
        private final Path realPath;
        private final String prefix;
        private final int depth = open.size();
        private @Nullable FolderNames names;
        private int next;
        // The instance of from at the last positioning: an identity
        // comparison shows whether the walk has skipped since.
        private @Nullable String positionedAt;
        private String lastFile = "";

        OpenFolder(Path realPath, String prefix) {
            this.realPath = realPath;
            this.prefix = prefix;
        }

        /** The names, with {@link #next} at the next candidate. Null at the end of the folder. */
        @SuppressWarnings("ReferenceEquality") // positionedAt is compared by identity
        private @Nullable FolderNames position() throws IOException {
            FolderNames section = names;
            if (section == null || positionedAt != from) {
                Optional<byte[]> start = start();
                if (start.isEmpty()) {
                    return null;
                }
                positionedAt = from;
                if (section == null || !section.covers(start.get())) {
                    section = load(start.get());
                }
                next = Math.max(next, section.firstAt(start.get()));
            }
            while (next == section.size()) {
                if (!section.isTruncated()) {
                    return null;
                }
                section = load(section.end());
            }
            return section;
        }

        private FolderNames load(byte[] start) throws IOException {
            FolderNames loaded = snapshots.names(realPath, start, depth, arrivedNanos);
            names = loaded;
            next = loaded.firstAt(start);
            return loaded;
        }

        /**
         * The first candidate that may have requested keys; empty if all keys of this folder are
         * skipped.
         */
        private Optional<byte[]> start() {
            if (!from.startsWith(prefix)) {
                return KeyOrder.UTF_8_BYTES.compare(from, prefix) < 0
                        ? Optional.of(new byte[0])
                        : Optional.empty();
            }
            String rest = from.substring(prefix.length());
            int slash = rest.indexOf(SEPARATOR);
            String start = slash < 0 ? rest : rest.substring(0, slash + 1);
            return Optional.of(start.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void skipTo(String key) {
        if (KeyOrder.UTF_8_BYTES.compare(key, from) > 0) {
            from = key;
        }
    }

    @Override
    public Optional<Entry> next() {
        while (!open.isEmpty()) {
            requireWanted();
            OpenFolder folder = open.element();
            FolderNames names = position(folder);
            if (names == null) {
                open.remove();
                continue;
            }
            int index = folder.next;
            folder.next++;
            String name = names.name(index);
            Optional<Entry> entry =
                    names.isFolder(index) ? enterIfWanted(folder, name) : file(folder, name);
            if (entry.isPresent()) {
                return entry;
            }
        }
        return Optional.empty();
    }

    private void requireWanted() {
        if (isUnwanted.getAsBoolean()) {
            throw new ReadCancelledException();
        }
    }

    private @Nullable FolderNames position(OpenFolder folder) {
        try {
            return folder.position();
        } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException e) {
            // The folder was deleted, or is not readable. Only the root must exist.
            if (folder.realPath.equals(root)) {
                throw new UncheckedIOException(e);
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Entry> file(OpenFolder folder, String name) {
        String key = folder.prefix + name;
        if (KeyOrder.UTF_8_BYTES.compare(key, from) < 0) {
            return Optional.empty();
        }
        Optional<Entry> entry = entries.object(folder.realPath.resolve(name), key);
        if (entry.isPresent()) {
            folder.lastFile = name;
        }
        return entry;
    }

    /**
     * Enters a folder if the page needs keys below it. Returns an object if one is enough, because
     * the page rolls up the folder's keys.
     */
    private Optional<Entry> enterIfWanted(OpenFolder above, String name) {
        String prefix = above.prefix + name + SEPARATOR;
        boolean wanted =
                KeyOrder.after(prefix)
                        .map(after -> KeyOrder.UTF_8_BYTES.compare(from, after) < 0)
                        .orElse(true);
        boolean otherBranch =
                !prefix.startsWith(query.prefix()) && !query.prefix().startsWith(prefix);
        if (!wanted || otherBranch || name.equals(above.lastFile)) {
            return Optional.empty();
        }
        Optional<Path> realPath = folder(above.realPath.resolve(name), prefix);
        if (realPath.isEmpty()) {
            return Optional.empty();
        }
        OpenFolder entered = new OpenFolder(realPath.get(), prefix);
        open.push(entered);
        if (!isRolledUp(prefix)) {
            return Optional.empty();
        }
        try {
            return anyIn(realPath.get(), prefix);
        } finally {
            open.remove();
        }
    }

    /** Whether all keys below a folder have the same common prefix. */
    private boolean isRolledUp(String prefix) {
        return query.delimiter().equals(SEPARATOR)
                && prefix.length() > query.prefix().length()
                && KeyOrder.UTF_8_BYTES.compare(from, prefix) <= 0;
    }

    /** The real path of a folder that may be entered; empty for one that the walk is already in. */
    private Optional<Path> folder(Path path, String prefix) {
        // A link to a folder above would make the walk endless.
        return entries.folder(path, prefix).filter(realPath -> !isOpen(realPath));
    }

    private boolean isOpen(Path realPath) {
        return open.stream().anyMatch(folder -> folder.realPath.equals(realPath));
    }

    /** Any object below a folder. The walk is unordered and ends with the first object. */
    private Optional<Entry> anyIn(Path folder, String prefix) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                requireWanted();
                String name = child.getFileName().toString();
                if (!FolderScan.isName(child, name)) {
                    continue;
                }
                Optional<Entry> entry = entries.object(child, prefix + name);
                if (entry.isEmpty()) {
                    entry = anyInFolder(child, prefix + name + SEPARATOR);
                }
                if (entry.isPresent()) {
                    return entry;
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException e) {
            return Optional.empty();
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Entry> anyInFolder(Path path, String prefix) {
        Optional<Path> realPath = folder(path, prefix);
        if (realPath.isEmpty()) {
            return Optional.empty();
        }
        open.push(new OpenFolder(realPath.get(), prefix));
        try {
            return anyIn(realPath.get(), prefix);
        } finally {
            open.remove();
        }
    }
}
