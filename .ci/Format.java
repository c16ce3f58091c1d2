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
        int status = Main.main(System.in, System.out, System.err, arguments.toArray(String[]::new));
        if (status != 0) {
            System.err.println(
                    "Not formatted: the files above. 'mvn -N exec:exec@format' formats them.");
        }
        System.exit(status);
    }
}
