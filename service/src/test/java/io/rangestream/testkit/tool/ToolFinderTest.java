package io.rangestream.testkit.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class ToolFinderTest {
    @TempDir Path folder;
    private FakeMachine machine;
    private ToolFinder finder;
    private Path list;

    @BeforeEach
    void machineWithNothing() {
        machine = new FakeMachine(folder.resolve("cache"));
        list = folder.resolve("missing");
        finder = new ToolFinder(machine, new MissingTools(Optional.of(list), machine));
    }

    @Test
    void findsProgramByFirstNameOnPath() {
        machine.programs.put("google-chrome", Path.of("/opt/chrome"));
        machine.programs.put("chrome", Path.of("/opt/other"));
        assertThat(finder.find(ExternalTool.CHROMIUM)).isEqualTo(found("/opt/chrome"));
        assertThat(machine.commands).isEmpty();
        assertThat(list).doesNotExist();
    }

    @Test
    void environmentVariableOverridesPath() {
        machine.environment.put("CHROME_BIN", "mine");
        machine.programs.put("mine", Path.of("/elsewhere/mine"));
        machine.programs.put("chromium", Path.of("/usr/bin/chromium"));
        assertThat(finder.find(ExternalTool.CHROMIUM)).isEqualTo(found("/elsewhere/mine"));
    }

    @Test
    void wrongEnvironmentVariableIsMissingAndNotReplaced() {
        machine.environment.put("CHROME_BIN", "typo");
        machine.programs.put("chromium", Path.of("/usr/bin/chromium"));
        assertThat(finder.find(ExternalTool.CHROMIUM)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(list.resolve("chromium")).content().contains("no program typo");
    }

    @Test
    void skipPropertyOverridesInstalledProgram() {
        machine.properties.add("skip.browser");
        machine.programs.put("chromium", Path.of("/usr/bin/chromium"));

        assertThat(finder.find(ExternalTool.CHROMIUM)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(list.resolve("chromium")).content().contains("was left out by -Dskip.browser");
    }

    @Test
    void rootOnDebianInstallsByAptAndPrintsIt() {
        machine.installsByApt = true;
        machine.onRun = variables -> machine.programs.put("wget", Path.of("/usr/bin/wget")) == null;
        assertThat(finder.find(ExternalTool.WGET)).isEqualTo(found("/usr/bin/wget"));
        assertThat(machine.commands)
                .containsExactly(
                        "apt-get update", "apt-get install -y --no-install-recommends wget");
        assertThat(machine.messages).hasSize(1).first().asString().contains("wget", "apt-get");
    }

    @Test
    void findsDaemonOutsidePath() {
        machine.programs.put("/usr/sbin/nginx", Path.of("/usr/sbin/nginx"));
        assertThat(finder.find(ExternalTool.NGINX)).isEqualTo(found("/usr/sbin/nginx"));
    }

    @Test
    void installsDaemonOnlyIfInstallationDoesNotStartIt() {
        machine.installsByApt = true;
        machine.startsDaemons = true;
        assertThat(finder.find(ExternalTool.VARNISHD)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(machine.commands).isEmpty();
        assertThat(list.resolve("varnishd"))
                .content()
                .contains("apt-get install -y --no-install-recommends varnish");

        machine.startsDaemons = false;
        machine.onRun =
                variables ->
                        machine.programs.put("/usr/sbin/nginx", Path.of("/usr/sbin/nginx")) == null;
        assertThat(finder.find(ExternalTool.NGINX)).isEqualTo(found("/usr/sbin/nginx"));
        assertThat(machine.commands)
                .containsExactly(
                        "apt-get update", "apt-get install -y --no-install-recommends nginx");
    }

    @Test
    void updatesPackageListsOnceAndSearchesEachToolOnce() {
        machine.installsByApt = true;
        finder.find(ExternalTool.WGET);
        finder.find(ExternalTool.CURL);
        finder.find(ExternalTool.CURL);
        assertThat(machine.commands)
                .containsExactly(
                        "apt-get update",
                        "apt-get install -y --no-install-recommends wget",
                        "apt-get install -y --no-install-recommends curl");
    }

    @Test
    void recordsMissingToolWithInstallCommand() {
        assertThat(finder.find(ExternalTool.ARIA2C)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(list.resolve("aria2c"))
                .hasContent(
                        """
                        downloads by aria2c did not run
                        apt-get install -y --no-install-recommends aria2
                        """);
        assertThat(machine.messages).hasSize(1).first().asString().startsWith("MISSING aria2c");
    }

    @Test
    void goBuildsInTemporaryFolderAndMovesItWhenComplete() {
        machine.programs.put("go", Path.of("/usr/bin/go"));
        machine.onRun =
                variables -> {
                    Path building = Path.of(variables.get("GOBIN"));
                    assertThat(building.getParent()).isEqualTo(machine.cacheFolder);
                    return build(building.resolve("grpcurl"));
                };
        Path expected = machine.cacheFolder.resolve("grpcurl-v1.9.4").resolve("grpcurl");
        assertThat(finder.find(ExternalTool.GRPCURL)).isEqualTo(new ToolFinder.Found(expected));
        assertThat(machine.cacheFolder.toFile().list()).containsExactly("grpcurl-v1.9.4");
        machine.commands.clear();
        ToolFinder another = new ToolFinder(machine, new MissingTools(Optional.empty(), machine));
        assertThat(another.find(ExternalTool.GRPCURL)).isEqualTo(new ToolFinder.Found(expected));
        assertThat(machine.commands).isEmpty();
    }

    @Test
    void programWithoutPinnedDependenciesIsBuiltFromOurModule() {
        machine.programs.put("go", Path.of("/usr/bin/go"));
        machine.onRun = variables -> build(Path.of(variables.get("GOBIN")).resolve("h2spec"));
        assertThat(finder.find(ExternalTool.H2SPEC)).isInstanceOf(ToolFinder.Found.class);
        assertThat(machine.commands)
                .containsExactly(
                        "/usr/bin/go -C h2spec install github.com/summerwind/h2spec/cmd/h2spec");
    }

    @Test
    void failedBuildLeavesNoFileAndIsRecorded() {
        machine.programs.put("go", Path.of("/usr/bin/go"));
        machine.onRun =
                variables -> !build(Path.of(variables.get("GOBIN")).resolve("half-of-grpcurl"));
        assertThat(finder.find(ExternalTool.GRPCURL)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(machine.cacheFolder).isEmptyDirectory();
        assertThat(list.resolve("grpcurl"))
                .content()
                .contains("go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4");
    }

    @Test
    void pythonEnvironmentIsMovedWhenComplete() {
        machine.programs.put("python3", Path.of("/usr/bin/python3"));
        machine.onRun =
                variables ->
                        !machine.commands.getLast().contains(" pip ")
                                || build(unfinishedVenv().resolve("bin").resolve("python"));
        assertThat(finder.find(ExternalTool.PYTHON)).isInstanceOf(ToolFinder.Found.class);
        assertThat(machine.commands).hasSize(2);
        assertThat(machine.commands.getFirst()).startsWith("/usr/bin/python3 -m venv ");
        assertThat(machine.commands.getLast()).contains("bin/python -m pip install grpcio==");
        assertThat(machine.cacheFolder.toFile().list()).hasSize(1);
        machine.commands.clear();
        ToolFinder another = new ToolFinder(machine, new MissingTools(Optional.empty(), machine));
        assertThat(another.find(ExternalTool.PYTHON)).isInstanceOf(ToolFinder.Found.class);
        assertThat(machine.commands).isEmpty();
    }

    @Test
    void installsMissingVenvModule() {
        machine.programs.put("python3", Path.of("/usr/bin/python3"));
        machine.installsByApt = true;
        machine.onRun =
                variables ->
                        machine.commands.getLast().startsWith("apt-get")
                                || machine.commands.size() > 3
                                        && build(unfinishedVenv().resolve("bin").resolve("python"));
        assertThat(finder.find(ExternalTool.PYTHON)).isInstanceOf(ToolFinder.Found.class);
        assertThat(machine.commands)
                .hasSize(5)
                .contains("apt-get install -y --no-install-recommends python3-venv");
    }

    @Test
    void failedPipInstallLeavesNoFileAndIsRecorded() {
        machine.programs.put("python3", Path.of("/usr/bin/python3"));
        machine.onRun = variables -> !machine.commands.getLast().contains(" pip ");
        assertThat(finder.find(ExternalTool.PYTHON)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(machine.cacheFolder).isEmptyDirectory();
        assertThat(list.resolve("python3-with-grpcio"))
                .content()
                .contains(
                        "python3 -m venv venv && venv/bin/python -m pip install grpcio==",
                        "RANGESTREAM_PYTHON");
    }

    private Path unfinishedVenv() {
        String venv = machine.commands.getLast().replace("/bin/python -m pip", " ");
        return Path.of(
                List.of(venv.split(" ")).stream()
                        .filter(word -> word.contains(".building-"))
                        .findFirst()
                        .orElseThrow());
    }

    private static ToolFinder.Found found(String program) {
        return new ToolFinder.Found(Path.of(program));
    }

    private static boolean build(Path program) {
        try {
            Files.createDirectories(program.getParent());
            Files.writeString(program, "#!/bin/sh\n");
            return program.toFile().setExecutable(true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
