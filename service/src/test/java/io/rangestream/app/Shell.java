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

/** Runs the commands of a README in a shell. */
public final class Shell {
    private Shell() {}

    /**
     * Runs commands and requires exit status 0.
     *
     * @param moreOnPath folders to search for programs after PATH
     * @return the output of the commands, standard error included
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
     * Runs commands that the SDK's README gives for the repository's folder. They run in {@code
     * folder}, which links to the repository's {@code proto} folder and to the Python virtual
     * environment that an earlier step of the README creates.
     */
    public static void pasteFromSdkReadme(String lines, Path folder, List<Path> moreOnPath)
            throws IOException, InterruptedException {
        Path proto = folder.resolve("proto");
        Path venv = folder.resolve("venv");
        Path interpreter = ExternalTool.PYTHON.require();
        Files.createSymbolicLink(proto, Readme.ROOT.resolve("proto"));
        Files.createSymbolicLink(venv, interpreter.resolve("../..").normalize());
        var _ = paste(lines, folder, moreOnPath);
        // Otherwise deleting the folder could delete the link targets.
        Files.delete(proto);
        Files.delete(venv);
    }
}
