package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.tool.ExternalTool;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A shell that a README's lines are pasted into. */
public final class Shell {
    private Shell() {}

    /**
     * Runs lines to their end, which has to be a good one.
     *
     * @param moreOnPath where programs are besides PATH
     * @return all that they printed
     */
    public static String paste(String lines, Path folder, List<Path> moreOnPath)
            throws IOException, InterruptedException {
        ProcessBuilder shell =
                new ProcessBuilder("sh", "-e", "-c", lines).directory(folder.toFile());
        String more =
                moreOnPath.stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator));
        shell.environment().merge("PATH", more, (path, m) -> path + File.pathSeparator + m);
        Process process = shell.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /**
     * The same, of lines that are for the repository's folder: in {@code folder}, with links to
     * what they find there, and to the virtual environment that a reader has made before.
     */
    public static void pasteFromSdkReadme(String lines, Path folder, List<Path> moreOnPath)
            throws IOException, InterruptedException {
        Path proto = folder.resolve("proto");
        Path venv = folder.resolve("venv");
        Path interpreter = ExternalTool.PYTHON.require();
        Files.createSymbolicLink(proto, Readme.ROOT.resolve("proto"));
        Files.createSymbolicLink(venv, interpreter.resolve("../..").normalize());
        var _ = paste(lines, folder, moreOnPath);
        // Or the folder's end would be theirs.
        Files.delete(proto);
        Files.delete(venv);
    }
}
