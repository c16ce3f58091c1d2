package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A shell that a README's lines are pasted into. */
final class Shell {
    private Shell() {}

    /**
     * Runs lines to their end, which has to be a good one.
     *
     * @param moreOnPath where programs are besides PATH
     * @return all that they printed
     */
    static String paste(String lines, Path folder, List<Path> moreOnPath)
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
}
