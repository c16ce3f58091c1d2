import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lists at the end of a build the tests that did not run because a tool is missing. Tests write one
 * file per tool into a folder: the tests that did not run, and the command that installs the tool.
 * {@code --clear} empties the folder before a build, {@code --report} prints it afterwards. With
 * {@code CI=true} in the environment, a missing tool fails the build.
 */
class Missing {
    private static final String BAR = "=".repeat(100);

    public static void main(String[] args) throws IOException {
        List<Path> entries = entries(Path.of(args[1]));
        if (args[0].equals("--clear")) {
            for (Path entry : entries) {
                Files.delete(entry);
            }
        } else if (entries.isEmpty()) {
            System.out.println("All tools were available.");
        } else {
            report(entries);
            if ("true".equals(System.getenv("CI"))) {
                System.out.println("CI=true: a missing tool fails the build.");
                System.exit(1);
            }
        }
    }

    private static void report(List<Path> entries) throws IOException {
        System.out.println(BAR);
        System.out.println("  SOME TESTS DID NOT RUN: " + entries.size() + " missing");
        for (Path entry : entries) {
            List<String> lines = Files.readAllLines(entry);
            System.out.println();
            System.out.println("  " + entry.getFileName() + ": " + lines.get(0));
            lines.stream().skip(1).forEach(command -> System.out.println("      " + command));
        }
        System.out.println(BAR);
    }

    private static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
