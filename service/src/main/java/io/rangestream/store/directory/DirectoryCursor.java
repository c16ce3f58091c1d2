package io.rangestream.store.directory;

import io.rangestream.store.KeyOrder;
import io.rangestream.store.ListingPage;
import io.rangestream.store.ObjectListing.Entry;
import io.rangestream.store.ObjectStoreException.Unavailable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Walks the files below a folder by the order of their keys, which is not that of their names: the
 * folder {@code a} stands where its keys do, at {@code a/}, which is after {@code a.txt}. So each
 * name is tried at two places, as a file and as a folder; what is there is looked at only when the
 * walk gets to it, and a folder only entered if keys in it are wanted.
 */
final class DirectoryCursor implements ListingPage.Cursor {
    private static final String SEPARATOR = "/";

    private final KeyPaths paths;
    private final Path root;
    private final Deque<Folder> open = new ArrayDeque<>();
    private String from = "";

    /** A folder that the walk is in, and what is left of it. */
    private record Folder(Path realPath, Iterator<String> ahead) {}

    DirectoryCursor(Path root) {
        this.paths = new KeyPaths(root);
        this.root = root;
        enter(root, "");
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
            Folder folder = open.element();
            if (!folder.ahead.hasNext()) {
                open.remove();
                continue;
            }
            String candidate = folder.ahead.next();
            if (candidate.endsWith(SEPARATOR)) {
                enterIfWanted(candidate);
            } else if (KeyOrder.UTF_8_BYTES.compare(candidate, from) >= 0) {
                Optional<Entry> entry = file(candidate);
                if (entry.isPresent()) {
                    return entry;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Entry> file(String key) {
        Path path = root.resolve(key);
        try {
            FileStamp stamp = FileStamp.of(path);
            if (!stamp.isRegular() || !paths.staysInside(path)) {
                return Optional.empty();
            }
            return Optional.of(
                    new Entry(
                            key,
                            stamp.size(),
                            Optional.of(stamp.entityTag()),
                            Optional.of(stamp.lastModifiedSecond())));
        } catch (IOException e) {
            // Gone since the folder was read, or a link to nothing.
            return Optional.empty();
        }
    }

    private void enterIfWanted(String prefix) {
        boolean wanted =
                KeyOrder.after(prefix)
                        .map(after -> KeyOrder.UTF_8_BYTES.compare(from, after) < 0)
                        .orElse(true);
        Path path = root.resolve(prefix);
        if (!wanted || !Files.isDirectory(path)) {
            return;
        }
        try {
            Path realPath = path.toRealPath();
            // A link to a folder that the walk is in already would lead round and round.
            boolean circle = open.stream().anyMatch(folder -> folder.realPath.equals(realPath));
            if (!circle && realPath.startsWith(root)) {
                enter(realPath, prefix);
            }
        } catch (IOException e) {
            // Gone since the folder above was read, or a link to nothing.
        }
    }

    private void enter(Path realPath, String prefix) {
        List<String> candidates = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(root.resolve(prefix))) {
            for (Path child : children) {
                paths.key(child)
                        .ifPresent(
                                key -> {
                                    candidates.add(key);
                                    candidates.add(key + SEPARATOR);
                                });
            }
        } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException e) {
            // Gone, or not for us to read; only the root must be there.
            if (realPath.equals(root)) {
                throw DirectoryErrors.classify(root, root, e);
            }
        } catch (DirectoryIteratorException e) {
            throw new Unavailable(realPath, "reading the folder failed", e);
        } catch (IOException e) {
            throw DirectoryErrors.classify(realPath, root, e);
        }
        candidates.sort(KeyOrder.UTF_8_BYTES);
        open.push(new Folder(realPath, candidates.iterator()));
    }
}
