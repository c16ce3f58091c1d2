import com.google.googlejavaformat.java.Main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over every Java file of the project, in the JDK that compiles it: inside
 * Maven's own, which may be older, it would stumble over the syntax. {@code --check} names what is
 * not formatted and fails; {@code --fix} formats it.
 */
class Format {
    public static void main(String[] args) throws IOException {
        boolean fix = args[0].equals("--fix");
        List<String> arguments = new ArrayList<>(List.of("--aosp"));
        arguments.addAll(
                fix ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
        try (Stream<Path> files = Files.walk(Path.of(args[1]))) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().matches(".*[/\\\\]target[/\\\\].*"))
                    .map(Path::toString)
                    .forEach(arguments::add);
        }
        if (!fix) {
            System.out.println(
                    "Not formatted are the files named here, if any;"
                            + " 'mvn -N validate -Dformat=fix' formats them.");
        }
        // Ends the process, with the status.
        Main.main(arguments.toArray(String[]::new));
    }
}
