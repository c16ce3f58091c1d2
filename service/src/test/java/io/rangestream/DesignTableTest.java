package io.rangestream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** DESIGN.md says which test shows what; that must stay so. */
class DesignTableTest {
    private static final Path SERVICE =
            Path.of(System.getProperty("rangestream.root")).resolve("service");
    private static final String HEADING = "## What is answered, and which test shows it";
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
    private static final int CHOICES = 10;
    private static final int FEWEST_ROWS = 30;

    /** A row that names the rows after it, and no test. */
    private static final String GROUP = "| **";

    private static List<String> rows() throws IOException {
        return rows(HEADING);
    }

    private static List<String> rows(String heading) throws IOException {
        String design = Files.readString(SERVICE.resolve("DESIGN.md"));
        assertThat(design).contains(heading);
        String section = design.substring(design.indexOf(heading) + heading.length());
        return section.substring(0, section.indexOf("\n## "))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith(GROUP))
                .skip(1)
                .toList();
    }

    private static Path source(String className) throws IOException {
        try (Stream<Path> files = Files.walk(SERVICE.resolve("src/test/java"))) {
            return files.filter(file -> file.endsWith(className + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no " + className));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HEADING, "## Limits:", "## What outlives an error"})
    void eachRowNamesTestsAndTheyExist(String heading) throws IOException {
        List<String> rows = rows(heading);
        assertThat(rows).hasSizeGreaterThan(heading.equals(HEADING) ? FEWEST_ROWS : 8);
        for (String row : rows) {
            List<MatchResult> tests = TEST.matcher(row).results().toList();
            assertThat(tests).as(row).isNotEmpty();
            for (MatchResult test : tests) {
                assertThat(Files.readString(source(test.group(1))))
                        .as(row)
                        .contains("void " + test.group(2) + "(");
            }
        }
    }

    @Test
    void eachChoiceHasARow() throws IOException {
        String all = String.join("\n", rows());
        assertThat(IntStream.rangeClosed(1, CHOICES).mapToObj(i -> "(K" + i + ")"))
                .allMatch(all::contains);
    }

    @Test
    void eachClassOfWireTestsIsNamed() throws IOException {
        String all = String.join("\n", rows());
        try (Stream<Path> files = Files.walk(SERVICE.resolve("src/test/java"))) {
            List<String> wireTests =
                    files.map(file -> file.getFileName().toString())
                            .filter(
                                    name ->
                                            name.matches(
                                                    "Http.*WireTest\\.java|Answers.*Test\\.java"))
                            .map(name -> name.replace(".java", ""))
                            .filter(name -> !name.equals("AnswersReaderTest"))
                            .toList();
            assertThat(wireTests).hasSizeGreaterThan(3).allMatch(name -> all.contains(name + "."));
        }
    }
}
