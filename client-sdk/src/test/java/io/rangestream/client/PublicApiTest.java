package io.rangestream.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public API equals the list in public-api.txt, so that each change of it is reviewed. */
final class PublicApiTest {
    private static final Path SDK =
            Path.of(System.getProperty("rangestream.root", "..")).resolve("client-sdk");
    private static final Path LIST = SDK.resolve("src/test/resources/public-api.txt");
    private static final Path MODULE = SDK.resolve("src/main/module/module-info.java");

    private static final Pattern EXPORTS =
            Pattern.compile("^\\s*exports\\s+([\\w.]+);", Pattern.MULTILINE);

    @Test
    void publicApiEqualsTheList() throws IOException, URISyntaxException {
        Path classes =
                Path.of(
                        RangeStreamClient.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        List<String> found = PublicApi.of(classes, exportedPackages());
        if (Boolean.getBoolean("api.accept")) {
            Files.createDirectories(LIST.getParent());
            Files.write(LIST, found);
        }
        List<String> listed = Files.readAllLines(LIST);
        assertThat(difference(listed, found))
                .as(
                        "additions (+) to the public API and removals (-) from it; if they are"
                            + " intended, 'mvn -pl proto,client-sdk test -Dtest=PublicApiTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dapi.accept=true' writes"
                            + " public-api.txt, which is committed with the change")
                .isEmpty();
        assertThat(found).as("in the same order").isEqualTo(listed);
    }

    @Test
    void internalPackagesAreNotExported() throws IOException {
        assertThat(exportedPackages())
                .contains("io.rangestream.client")
                .noneMatch(name -> name.contains(".internal"));
    }

    /** The packages that the module exports to all modules. The API is in no others. */
    private static Set<String> exportedPackages() throws IOException {
        return EXPORTS.matcher(Files.readString(MODULE))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    /** Records and sealed types can't get new components and subtypes without breaking callers. */
    @Test
    void publicTypesCanGrow() throws IOException {
        assertThat(Files.readAllLines(LIST))
                .noneMatch(line -> line.matches(".*\\b(record|sealed)\\b.*"))
                .noneMatch(line -> line.contains("    public new("));
    }

    @Test
    void onlyTheTelemetryPackageNamesOpenTelemetry() throws IOException {
        String type = "";
        for (String line : Files.readAllLines(LIST)) {
            type = line.startsWith(" ") ? type : line;
            if (line.contains("opentelemetry")) {
                assertThat(type).contains("io.rangestream.client.telemetry.");
            }
        }
    }

    /** Adds the type to each member, because several types have members of one name. */
    private static String difference(List<String> listed, List<String> found) {
        List<String> before = named(listed);
        List<String> now = named(found);
        return Stream.concat(
                        now.stream()
                                .filter(line -> !before.contains(line))
                                .map(line -> "+ " + line),
                        before.stream()
                                .filter(line -> !now.contains(line))
                                .map(line -> "- " + line))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> named(List<String> lines) {
        String[] type = {""};
        return lines.stream()
                .map(
                        line -> {
                            if (!line.startsWith(" ")) {
                                type[0] = line;
                                return line;
                            }
                            return line.strip() + "   in " + type[0];
                        })
                .toList();
    }
}
