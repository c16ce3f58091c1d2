package io.rangestream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares the tables in service/docs that say which test shows what with the {@code @Covers}
 * markers on the tests. The last cell of each row is made of the markers; the failure prints the
 * right cell.
 */
class CoverageTableTest {
    private static final Path SERVICE =
            Path.of(System.getProperty("rangestream.root")).resolve("service");
    private static final Pattern ROW =
            Pattern.compile("^\\| .*\\| (.*) <!-- ([a-z0-9-]+) --> \\|$", Pattern.MULTILINE);
    private static final Pattern MARKED =
            Pattern.compile(
                    "\\n {4}@Covers\\(([^)]*)\\)(?:(?!\\n"
                            + " {4}[^ @})]).)*?\\n"
                            + " {4}(?:public |static )*void (\\w+)\\(",
                    Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("\"([^\"]+)\"");
    private static final Map<String, Integer> MIN_ROWS =
            Map.of("internals.md", 60, "operate.md", 30);
    private static final int CHOICES = 10;

    private static Map<String, TreeSet<String>> marked() throws IOException {
        Map<String, TreeSet<String>> testsById = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SERVICE.resolve("src/test/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String className = file.getFileName().toString().replace(".java", "");
                Matcher test = MARKED.matcher(Files.readString(file));
                while (test.find()) {
                    String name = "`" + className + "." + test.group(2) + "`";
                    for (MatchResult id : ID.matcher(test.group(1)).results().toList()) {
                        testsById.computeIfAbsent(id.group(1), _ -> new TreeSet<>()).add(name);
                    }
                }
            }
        }
        return testsById;
    }

    private static List<MatchResult> rows(String page) throws IOException {
        return ROW.matcher(Files.readString(SERVICE.resolve("docs").resolve(page)))
                .results()
                .toList();
    }

    @Test
    void rowsNameTheTestsThatCoverThem() throws IOException {
        Map<String, TreeSet<String>> marked = marked();
        List<String> ids = new ArrayList<>();
        for (Map.Entry<String, Integer> page : MIN_ROWS.entrySet()) {
            List<MatchResult> rows = rows(page.getKey());
            assertThat(rows).as(page.getKey()).hasSizeGreaterThan(page.getValue());
            for (MatchResult row : rows) {
                String id = row.group(2);
                ids.add(id);
                assertThat(marked).as("tests with @Covers(\"%s\")", id).containsKey(id);
                assertThat(row.group(1))
                        .as("the last cell of row %s in %s", id, page.getKey())
                        .isEqualTo(String.join(", ", marked.get(id)));
            }
        }
        assertThat(ids).as("the ids of all rows").doesNotHaveDuplicates();
        assertThat(marked.keySet()).as("ids that have a row").isSubsetOf(ids);
    }

    @Test
    void eachChoiceHasARow() throws IOException {
        String all =
                String.join("\n", rows("internals.md").stream().map(MatchResult::group).toList());
        String choices = Files.readString(SERVICE.resolve("docs/http.md"));
        IntStream.rangeClosed(1, CHOICES)
                .forEach(
                        i -> {
                            assertThat(all).contains("(K" + i + ")");
                            assertThat(choices).contains("\n| K" + i + " |");
                        });
    }

    @Test
    void eachClassOfWireTestsCoversARow() throws IOException {
        String covered = marked().values().toString();
        try (Stream<Path> files = Files.walk(SERVICE.resolve("src/test/java"))) {
            List<String> wireTests =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.matches("(Http|Answers).*WireTest\\.java"))
                            .map(name -> name.replace(".java", "."))
                            .toList();
            assertThat(wireTests).hasSizeGreaterThan(3).allMatch(covered::contains);
        }
    }
}
