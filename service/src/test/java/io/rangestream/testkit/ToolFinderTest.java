package io.rangestream.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void aProgramOnThePathIsTakenByTheFirstNameThatIsThere() {
        machine.programs.put("google-chrome", Path.of("/opt/chrome"));
        machine.programs.put("chrome", Path.of("/opt/other"));
        assertThat(finder.find(ExternalTool.CHROMIUM)).isEqualTo(found("/opt/chrome"));
        assertThat(machine.commands).isEmpty();
        assertThat(list).doesNotExist();
    }

    @Test
    void theEnvironmentVariableGoesBeforeThePath() {
        machine.environment.put("CHROME_BIN", "mine");
        machine.programs.put("mine", Path.of("/elsewhere/mine"));
        machine.programs.put("chromium", Path.of("/usr/bin/chromium"));
        assertThat(finder.find(ExternalTool.CHROMIUM)).isEqualTo(found("/elsewhere/mine"));
    }

    @Test
    void aVariableThatNamesNoProgramIsMissingRatherThanReplaced() {
        machine.environment.put("CHROME_BIN", "typo");
        machine.programs.put("chromium", Path.of("/usr/bin/chromium"));
        assertThat(finder.find(ExternalTool.CHROMIUM)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(list.resolve("chromium")).content().contains("no program typo");
    }

    @Test
    void asRootOnDebianThePackageManagerBringsItAndSaysSo() {
        machine.installsByApt = true;
        machine.onRun = variables -> machine.programs.put("wget", Path.of("/usr/bin/wget")) == null;
        assertThat(finder.find(ExternalTool.WGET)).isEqualTo(found("/usr/bin/wget"));
        assertThat(machine.commands)
                .containsExactly(
                        "apt-get update", "apt-get install -y --no-install-recommends wget");
        assertThat(machine.said).hasSize(1).first().asString().contains("wget", "apt-get");
    }

    @Test
    void packageListsAreFetchedOnceAndEachToolIsLookedForOnce() {
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
    void whatCannotBeBroughtIsEnteredWithTheCommandThatWouldBringIt() {
        assertThat(finder.find(ExternalTool.ARIA2C)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(list.resolve("aria2c"))
                .hasContent(
                        """
                        downloads by aria2c did not run
                        apt-get install -y --no-install-recommends aria2
                        """);
        assertThat(machine.said).hasSize(1).first().asString().startsWith("MISSING aria2c");
    }

    @Test
    void goBuildsInAFolderBesideAndMovesItWhenComplete() {
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
    void whatPinsNothingItselfIsBuiltFromAModuleOfOurs() {
        machine.programs.put("go", Path.of("/usr/bin/go"));
        machine.onRun = variables -> build(Path.of(variables.get("GOBIN")).resolve("h2spec"));
        assertThat(finder.find(ExternalTool.H2SPEC)).isInstanceOf(ToolFinder.Found.class);
        assertThat(machine.commands)
                .containsExactly(
                        "/usr/bin/go -C h2spec install github.com/summerwind/h2spec/cmd/h2spec");
    }

    @Test
    void aBuildThatFailsLeavesNothingAndIsEntered() {
        machine.programs.put("go", Path.of("/usr/bin/go"));
        machine.onRun =
                variables -> !build(Path.of(variables.get("GOBIN")).resolve("half-of-grpcurl"));
        assertThat(finder.find(ExternalTool.GRPCURL)).isInstanceOf(ToolFinder.Missing.class);
        assertThat(machine.cacheFolder).isEmptyDirectory();
        assertThat(list.resolve("grpcurl"))
                .content()
                .contains("go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4");
    }

    private static ToolFinder.Found found(String program) {
        return new ToolFinder.Found(Path.of(program));
    }

    private static boolean build(Path program) {
        try {
            Files.writeString(program, "#!/bin/sh\n");
            return program.toFile().setExecutable(true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
