package io.rangestream.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Predicate;

/** A folder among what is kept for the user, that has its name only when it is complete. */
record BuiltFolder(Path cacheFolder, String name) {
    Path path() {
        return cacheFolder.resolve(name);
    }

    /**
     * Makes it, unless another build does so meanwhile.
     *
     * @param filler fills a folder beside it; whether that is complete
     * @return whether it is there
     */
    boolean build(Predicate<Path> filler) {
        try {
            Files.createDirectories(cacheFolder);
            Path building = Files.createTempDirectory(cacheFolder, ".building-");
            Thread atExit = new Thread(() -> Trees.delete(building), "delete-unfinished-build");
            Runtime.getRuntime().addShutdownHook(atExit);
            try {
                return filler.test(building) && move(building);
            } finally {
                Trees.delete(building);
                Runtime.getRuntime().removeShutdownHook(atExit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean move(Path building) throws IOException {
        try {
            Files.move(building, path(), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another build got there first: theirs is as good.
            return Files.isDirectory(path());
        }
        return true;
    }
}
