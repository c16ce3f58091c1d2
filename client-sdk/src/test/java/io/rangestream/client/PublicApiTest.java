package io.rangestream.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A change of the public API is seen in the change of a file. */
final class PublicApiTest {
    private static final Path LIST =
            Path.of(System.getProperty("rangestream.root", ".."))
                    .resolve("client-sdk/src/test/resources/public-api.txt");

    @Test
    void publicApiIsTheOneInTheFile() throws IOException, URISyntaxException {
        Path classes =
                Path.of(
                        RangeStreamClient.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        List<String> found = PublicApi.of(classes);
        if (Boolean.getBoolean("api.accept")) {
            Files.createDirectories(LIST.getParent());
            Files.write(LIST, found);
        }
        List<String> listed = Files.readAllLines(LIST);
        assertThat(difference(listed, found))
                .as(
                        "what was added (+) to the public API and taken (-) from it; where it is"
                            + " meant, 'mvn -pl proto,client-sdk test -Dtest=PublicApiTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dapi.accept=true' writes"
                            + " it to public-api.txt, to be committed with the change")
                .isEmpty();
        assertThat(found).as("in the same order").isEqualTo(listed);
    }

    /** With the type that each member is of, as many are in several. */
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
