package io.rangestream.app.wire;

import static io.rangestream.testkit.tool.ExternalTool.H2SPEC;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.xml.parsers.DocumentBuilderFactory;

/**
 * Runs h2spec against the packaged program. The failing cases are exactly those in the table of
 * service/docs/internals.md, which gives the reason for each.
 */
@RequiresTool(H2SPEC)
@Timeout(300)
final class H2specIT {
    private static final Path PAGE =
            Path.of(System.getProperty("rangestream.root")).resolve("service/docs/internals.md");
    private static final String HEADING = "## What h2spec says";
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z0-9]+/[0-9./]+)` \\|", Pattern.MULTILINE);
    private static final int CASES = 146;
    // How long a case waits for the frames that it expects.
    private static final String TIMEOUT_SECONDS = "5";

    @TempDir private Path folder;

    @Test
    void failingCasesMatchTable() throws Exception {
        Path object = Files.createDirectory(folder.resolve("objects")).resolve("object.txt");
        Files.writeString(object, "range".repeat(1000));
        Path report = folder.resolve("report.xml");
        String output;
        try (RangestreamProcess server =
                RangestreamProcess.start("--directory", "demo=" + object.getParent())) {
            output = h2spec(server.uri().getPort(), report);
        }
        Map<String, Optional<String>> failures = read(report);
        assertThat(failures).as(output).hasSize(CASES);
        SortedMap<String, String> failed = new TreeMap<>();
        failures.forEach((test, failure) -> failure.ifPresent(text -> failed.put(test, text)));
        assertThat(failed.keySet()).as("%s", failed).isEqualTo(listed());
    }

    private static String h2spec(int port, Path report) throws Exception {
        Process process =
                new ProcessBuilder(
                                H2SPEC.require().toString(),
                                "--host",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--path",
                                "/objects/demo/object.txt",
                                "--strict",
                                "--timeout",
                                TIMEOUT_SECONDS,
                                "--junit-report",
                                report.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int someFailed = 1;
        assertThat(process.waitFor()).as(output).isBetween(0, someFailed);
        return output;
    }

    /**
     * The failure of each case, by section and number within the section, as h2spec counts them.
     */
    private static Map<String, Optional<String>> read(Path report) throws Exception {
        Map<String, Optional<String>> failures = new TreeMap<>();
        NodeList cases =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(report.toFile())
                        .getElementsByTagName("testcase");
        Map<String, Integer> places = new TreeMap<>();
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            String section = test.getAttribute("package");
            int place = places.merge(section, 1, Integer::sum);
            failures.put(
                    section + "/" + place,
                    failure(test, "failure").or(() -> failure(test, "error")));
        }
        return failures;
    }

    private static Optional<String> failure(Element test, String kind) {
        NodeList found = test.getElementsByTagName(kind);
        return found.getLength() == 0
                ? Optional.empty()
                : Optional.of(
                        test.getAttribute("classname") + ": " + found.item(0).getTextContent());
    }

    private static SortedSet<String> listed() throws Exception {
        String page = Files.readString(PAGE);
        String section = page.substring(page.indexOf(HEADING) + HEADING.length());
        return ROW.matcher(section.substring(0, section.indexOf("\n## ")))
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
