package io.rangestream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks that comments, texts of the product, test names, documents and the newest commit subjects
 * use none of the patterns in {@code .ci/prose.tsv}. Each finding is printed with the reason that
 * the file gives.
 */
final class ProseTest {
    private static final Path ROOT = Path.of(System.getProperty("rangestream.root"));
    private static final Set<String> SKIPPED_FOLDERS =
            Set.of("target", ".git", ".fast", "node_modules", "vendor");
    private static final Set<String> SLASH_COMMENTS = Set.of("java", "js", "go", "proto", "css");
    private static final Set<String> CHECKED =
            Set.of("md", "java", "js", "go", "proto", "css", "py", "sh", "yaml", "yml");
    private static final Pattern BLOCK_COMMENT = Pattern.compile("/\\*+(.*?)\\*/", Pattern.DOTALL);
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern TEST_METHOD =
            Pattern.compile("\\n    (?:public |private |protected )?(?:static )?void (\\w+)\\(");

    /** Code in prose is not prose. */
    private static final Pattern CODE = Pattern.compile("\\{@\\w+ [^}]*}|`[^`]*`|<[^>]+>");

    private static final int FEWEST_WORDS = 4;
    private static final int NEWEST_COMMITS = 10;
    private static final int MAX_SUBJECT_CHARS = 72;
    private static final int FEWEST_COMMENTS = 3000;

    private final List<Rule> rules = rules();
    private final List<String> findings = new ArrayList<>();
    private int comments;

    /** A forbidden pattern and what to write instead. */
    private record Rule(Pattern pattern, String reason) {}

    private static List<Rule> rules() {
        try {
            return Files.readAllLines(ROOT.resolve(".ci/prose.tsv")).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", 2))
                    .map(
                            parts ->
                                    new Rule(
                                            Pattern.compile(parts[0], Pattern.CASE_INSENSITIVE),
                                            parts[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void codeAndDocumentsUsePlainTerms() throws IOException {
        for (Path file : files()) {
            String name = file.getFileName().toString();
            String extension = name.substring(name.lastIndexOf('.') + 1);
            if (!CHECKED.contains(extension)) {
                continue;
            }
            String text = Files.readString(file);
            if (extension.equals("md")) {
                checkMarkdown(file, text);
            } else if (SLASH_COMMENTS.contains(extension)) {
                checkComments(file, text, "//");
            } else {
                checkComments(file, text, "#");
            }
            if (extension.equals("java")) {
                if (file.toString().contains("/test/")) {
                    checkTestNames(file, text);
                } else {
                    checkTexts(file, text);
                }
            }
        }
        assertThat(comments).isGreaterThan(FEWEST_COMMENTS);
        assertThat(findings).isEmpty();
    }

    @Test
    void newestCommitSubjectsArePlainAndShort() throws Exception {
        assumeThat(Files.exists(ROOT.resolve(".git"))).as("a git checkout").isTrue();
        for (String subject : newestSubjects()) {
            check("commit", subject);
            if (subject.length() > MAX_SUBJECT_CHARS) {
                findings.add("commit: over 72 characters: " + subject);
            }
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void everyRuleHasAReasonAndFindsItsOwnExample() {
        assertThat(rules).hasSizeGreaterThan(15).allMatch(rule -> rule.reason().length() > 10);
        check("example", "Who waits longer than that is told so, at the most once.");
        assertThat(findings).hasSize(1);
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(ROOT)) {
            all.filter(Files::isRegularFile)
                    .filter(
                            file ->
                                    Stream.iterate(
                                                    ROOT.relativize(file),
                                                    part -> part != null,
                                                    Path::getParent)
                                            .map(part -> part.getFileName().toString())
                                            .noneMatch(SKIPPED_FOLDERS::contains))
                    .forEach(files::add);
        }
        return files;
    }

    private void checkMarkdown(Path file, String text) {
        String prose = blank(Pattern.compile("```.*?```", Pattern.DOTALL), text);
        int line = 0;
        for (String content : prose.split("\n", -1)) {
            line++;
            check(place(file, line), content);
        }
    }

    private void checkComments(Path file, String text, String mark) {
        TreeMap<Integer, String> found = new TreeMap<>();
        if (mark.equals("//")) {
            for (MatchResult comment : BLOCK_COMMENT.matcher(text).results().toList()) {
                found.put(
                        lineAt(text, comment.start()),
                        comment.group(1).replaceAll("\\s*\\n\\s*\\*?\\s*", " "));
            }
        }
        StringBuilder run = new StringBuilder();
        int line = 0;
        for (String content : text.split("\n", -1)) {
            line++;
            String stripped = content.strip();
            if (stripped.startsWith(mark)) {
                run.append(' ').append(stripped.substring(mark.length()));
            } else if (!run.isEmpty()) {
                found.put(line - 1, run.toString());
                run.setLength(0);
            }
        }
        found.forEach((at, comment) -> check(place(file, at), comment));
        comments += found.size();
    }

    /** The texts of exceptions, logs and help. */
    private void checkTexts(Path file, String text) {
        String code = blank(BLOCK_COMMENT, text).replaceAll("//[^\\n]*", "");
        Matcher string = STRING.matcher(code);
        while (string.find()) {
            check(place(file, lineAt(code, string.start())), string.group(1));
        }
    }

    private void checkTestNames(Path file, String text) {
        Matcher method = TEST_METHOD.matcher(text);
        while (method.find()) {
            String words =
                    method.group(1)
                            .replaceAll("([a-z0-9])([A-Z])", "$1 $2")
                            .toLowerCase(Locale.ROOT);
            find(place(file, lineAt(text, method.start(1))), words);
        }
    }

    private void check(String place, String text) {
        String prose = CODE.matcher(text).replaceAll("X");
        if (prose.strip().split("\\s+").length >= FEWEST_WORDS) {
            find(place, prose);
        }
    }

    private void find(String place, String prose) {
        for (Rule rule : rules) {
            Matcher match = rule.pattern().matcher(prose);
            if (match.find()) {
                findings.add(
                        "%s: \"%s\" in: %s (%s)"
                                .formatted(place, match.group(), prose.strip(), rule.reason()));
                return;
            }
        }
    }

    /** The same text with each match replaced by its line breaks, so that line numbers stay. */
    private static String blank(Pattern pattern, String text) {
        return pattern.matcher(text)
                .replaceAll(match -> "\n".repeat(match.group().split("\n", -1).length - 1));
    }

    private static int lineAt(String text, int position) {
        return text.substring(0, position).split("\n", -1).length;
    }

    private static String place(Path file, int line) {
        return ROOT.relativize(file) + ":" + line;
    }

    private static List<String> newestSubjects() throws Exception {
        Process git =
                new ProcessBuilder(
                                "git",
                                "-c",
                                "safe.directory=*",
                                "log",
                                "--no-merges",
                                "-" + NEWEST_COMMITS,
                                "--format=%s")
                        .directory(ROOT.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).isZero();
        return output.lines().toList();
    }
}
