package io.rangestream.testkit.tool;

import io.rangestream.testkit.Trees;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Predicate;

/**
 * A folder in the user's cache folder that is built once and appears under its name only when it is
 * complete.
 *
 * @param cacheFolder the folder of all that was built
 * @param name the folder's name, which changes with its content
 */
record BuiltFolder(Path cacheFolder, String name) {
    Path path() {
        return cacheFolder.resolve(name);
    }

    /**
     * Builds the folder, unless another build has completed it meanwhile.
     *
     * @param filler fills a temporary folder and returns whether it is complete
     * @return whether the folder exists
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
            // Another build has completed its folder first; use that.
            return Files.isDirectory(path());
        }
        return true;
    }
}
