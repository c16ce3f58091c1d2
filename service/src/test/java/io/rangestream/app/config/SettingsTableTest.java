package io.rangestream.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table of settings in operate.md is generated from the declarations in {@link Settings}. */
final class SettingsTableTest {
    private static final Path PAGE =
            Path.of(System.getProperty("rangestream.root")).resolve("service/docs/operate.md");
    private static final String BEGIN =
            "<!-- The settings: this table is generated. SettingsTableTest prints it. -->\n";
    private static final String END = "<!-- The settings end here. -->\n";
    private static final Pattern BETWEEN_CELLS = Pattern.compile(" \\| ");

    private static String expectedTable() {
        return Settings.ALL.stream()
                .map(
                        setting ->
                                "| `%s` | %s | %s |\n"
                                        .formatted(
                                                setting.key(),
                                                setting.text(),
                                                setting.byDefault().text()))
                .collect(
                        Collectors.joining("", "| key | meaning | default |\n|---|---|---|\n", ""));
    }

    private static List<List<String>> cells(String table) {
        return table.lines()
                .map(line -> line.replaceAll("^\\| | \\|$", ""))
                .map(line -> List.of(BETWEEN_CELLS.split(line, -1)))
                .toList();
    }

    @Test
    void pageTableMatchesDeclarations() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        assertThat(begin).as("where the comment '%s' is", BEGIN.strip()).isNotNegative();
        assertThat(end).as("where the comment '%s' is", END.strip()).isGreaterThan(begin);
        String table = page.substring(begin + BEGIN.length(), end);
        String expected = expectedTable();
        assertThat(cells(table))
                .as("the table in operate.md; it has to be:%n%s", expected)
                .containsExactlyElementsOf(cells(expected));
    }

    @Test
    void keysAreUniqueAndTextsFitIntoCells() {
        assertThat(Settings.ALL).extracting(Setting::key).doesNotHaveDuplicates();
        assertThat(Settings.ALL)
                .allSatisfy(
                        setting -> {
                            assertThat(setting.key()).matches("[a-zA-Z0-9.-]+");
                            assertThat(setting.text() + setting.byDefault().text())
                                    .isNotBlank()
                                    .doesNotContain("|", "\n");
                        });
    }
}
