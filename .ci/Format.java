import com.google.googlejavaformat.java.Main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format on every Java file of the project. It is a program and no Maven plugin,
 * because it must run in the JDK that compiles the project; the JDK of Maven may be older and not
 * know the syntax. {@code --check} names the files that differ and fails; {@code --fix} formats
 * them.
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
                    "The files named here, if any, are not formatted;"
                            + " 'mvn -N validate -Dformat=fix' formats them.");
        }
        // Ends the process, with the status.
        Main.main(arguments.toArray(String[]::new));
    }
}
