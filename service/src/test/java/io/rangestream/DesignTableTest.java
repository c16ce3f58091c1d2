package io.rangestream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Checks the tables in service/docs that say which test shows what: each row names tests, and these
 * exist.
 */
class DesignTableTest {
    private static final Path SERVICE =
            Path.of(System.getProperty("rangestream.root")).resolve("service");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
    private static final int CHOICES = 10;

    /** The start of a row that is a heading of the rows after it and names no test. */
    private static final String GROUP = "| **";

    private static List<String> responses() throws IOException {
        return rows("internals.md", "## Responses and the tests that show them");
    }

    private static List<String> rows(String page, String heading) throws IOException {
        String text = Files.readString(SERVICE.resolve("docs").resolve(page));
        assertThat(text).contains(heading);
        String section = text.substring(text.indexOf(heading) + heading.length());
        int end = section.indexOf("\n## ");
        return (end < 0 ? section : section.substring(0, end))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith(GROUP))
                .skip(1)
                .toList();
    }

    private static Path source(String className) throws IOException {
        try (Stream<Path> files = Files.walk(SERVICE.resolve("src/test/java"))) {
            return files.filter(file -> file.endsWith(className + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no test class " + className));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "internals.md, '## Responses and the tests that show them', 30",
        "operate.md, '## Limits:', 8",
        "operate.md, '## What outlives an error', 8"
    })
    void eachRowNamesExistingTests(String page, String heading, int minRows) throws IOException {
        List<String> rows = rows(page, heading);
        assertThat(rows).hasSizeGreaterThan(minRows);
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
        String all = String.join("\n", responses());
        List<String> choices = rows("http.md", "## Choices that the RFC leaves open");
        assertThat(choices).hasSize(CHOICES);
        IntStream.rangeClosed(1, CHOICES)
                .forEach(
                        i -> {
                            assertThat(all).contains("(K" + i + ")");
                            assertThat(choices.get(i - 1)).startsWith("| K" + i + " |");
                        });
    }

    @Test
    void eachClassOfWireTestsIsNamed() throws IOException {
        String all = String.join("\n", responses());
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
