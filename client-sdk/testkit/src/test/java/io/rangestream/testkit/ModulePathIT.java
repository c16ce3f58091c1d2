package io.rangestream.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * The packaged SDK on the module path: an application that is a named module, compiled and run by
 * each JDK that is supported.
 */
final class ModulePathIT {
    /** The server's default chunk size. */
    private static final int CHUNK_BYTES = 256 * 1024;

    private static final Path APPLICATION =
            Path.of(System.getProperty("rangestream.root"), "client-sdk/testkit/src/test/module");
    private static final Pattern OF_TESTS =
            Pattern.compile("junit|assertj|byte-buddy|opentest4j|apiguardian|surefire");

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void namedModuleReadsRanges(int release) throws IOException, InterruptedException {
        Optional<Jdk> found = Jdk.find(release);
        if (found.isEmpty()) {
            Assumptions.abort(Jdk.reportMissing(release));
        }
        Jdk jdk = found.orElseThrow();
        String modulePath = modulePath();
        Path classes = directory.resolve("classes");
        jdk.run(
                "javac",
                "-Xlint:all",
                "-Werror",
                "--module-path",
                modulePath,
                "-d",
                classes.toString(),
                APPLICATION.resolve("module-info.java").toString(),
                APPLICATION.resolve("films/Main.java").toString());
        try (FakeRangeStream server = FakeRangeStream.start()) {
            server.put("demo", "hello.txt", "Hello, world".getBytes(StandardCharsets.UTF_8));
            server.put("demo", "members.gz", membersThatEndWithTheirChunks());
            String output =
                    jdk.run(
                            "java",
                            "--module-path",
                            classes + File.pathSeparator + modulePath,
                            "--module",
                            "films/films.Main",
                            server.target());
            assertThat(output.lines())
                    .contains(
                            "world",
                            "one, two, three",
                            "OBJECT_NOT_FOUND",
                            "module films, module io.rangestream.client");
        }
    }

    /** The SDK and its dependencies as Maven packaged them, without test dependencies. */
    private static String modulePath() {
        List<Path> jars =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .map(Path::of)
                        .filter(path -> path.toString().endsWith(".jar"))
                        .filter(path -> !OF_TESTS.matcher(path.toFile().getName()).find())
                        .toList();
        assertThat(jars)
                .as("the packaged SDK and proto")
                .anyMatch(jar -> jar.toString().contains("rangestream-client-sdk"))
                .anyMatch(jar -> jar.toString().contains("rangestream-proto"));
        return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * Three members of gzip (RFC 1952, section 2.2), each of which fills a chunk: at its end, a
     * reader that asks {@code available()} finds none of the next.
     */
    private static byte[] membersThatEndWithTheirChunks() throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (String text : List.of("one, ", "two, ", "three")) {
            members.writeBytes(paddedMember(text));
        }
        assertThat(members.size()).isEqualTo(3 * CHUNK_BYTES);
        return members.toByteArray();
    }

    /** The header's field for a file name, of any length, is the padding. */
    private static byte[] paddedMember(String text) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(plain)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        byte[] member = plain.toByteArray();
        int headerBytes = 10;
        byte[] padded = new byte[CHUNK_BYTES];
        System.arraycopy(member, 0, padded, 0, headerBytes);
        padded[3] |= 8; // FNAME
        int bodyBytes = member.length - headerBytes;
        Arrays.fill(padded, headerBytes, CHUNK_BYTES - bodyBytes - 1, (byte) 'n');
        System.arraycopy(member, headerBytes, padded, CHUNK_BYTES - bodyBytes, bodyBytes);
        return padded;
    }

    /** A JDK of this machine. */
    private record Jdk(Path home) {
        /** The JDK of this JVM, the one on PATH, or one in the same directory as either. */
        static Optional<Jdk> find(int release) throws IOException {
            List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
            for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
                Path java = Path.of(folder, "java");
                if (Files.isExecutable(java)) {
                    homes.add(java.toRealPath().resolve("../..").normalize());
                }
            }
            for (Path home : List.copyOf(homes)) {
                try (var siblings = Files.list(home.getParent())) {
                    siblings.forEach(homes::add);
                }
            }
            return homes.stream()
                    .filter(home -> Files.isExecutable(home.resolve("bin/javac")))
                    .filter(home -> isRelease(home.resolve("release"), release))
                    .findFirst()
                    .map(Jdk::new);
        }

        private static boolean isRelease(Path file, int release) {
            try {
                return Files.readString(file)
                        .lines()
                        .anyMatch(line -> line.matches("JAVA_VERSION=\"" + release + "\\b.*"));
            } catch (IOException e) {
                return false;
            }
        }

        /** Adds a missing JDK to the summary that the build prints at its end. */
        static String reportMissing(int release) throws IOException {
            String what = "the SDK on the module path of Java " + release + " did not run";
            String command =
                    "apt-get install -y --no-install-recommends openjdk-"
                            + release
                            + "-jdk-headless";
            String folder = System.getProperty("rangestream.missing-tools");
            if (folder != null) {
                Path entry = Files.createDirectories(Path.of(folder)).resolve("jdk-" + release);
                Files.writeString(entry, what + "\n" + command + "\n");
            }
            return what + "; to have it: " + command;
        }

        String run(String tool, String... arguments) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of(home.resolve("bin/" + tool).toString()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.environment().remove("JDK_JAVA_OPTIONS");
            Process process = builder.start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        }
    }
}
