package io.rangestream.client.cli;

import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The entry point of the command line. */
@CommandLine.Command(
        name = "rangestream",
        description = "Lists and reads objects of a rangestream server.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    /**
     * Held in a field, because a logger that is garbage-collected loses its level. Failures are
     * reported by one sentence instead of gRPC's log.
     */
    private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

    @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** Runs one command and exits with its exit code. */
    public static void main(String[] args) {
        GRPC_LOG.setLevel(Level.OFF);
        StandardOutput out = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintStream err =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(run(new CommandContext(System.getenv(), out, err, isTerminal()), args));
    }

    /** Runs one command. */
    static int run(CommandContext surroundings, String... args) {
        PrintWriter errors = new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8);
        CommandLine commands =
                new CommandLine(new Main())
                        .addSubcommand(new LsCommand(surroundings))
                        .addSubcommand(new StatCommand(surroundings))
                        .addSubcommand(new CatCommand(surroundings))
                        .addSubcommand(new GetCommand(surroundings));
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(String.valueOf(code.number()), code.meaning());
        }
        commands.getCommandSpec().usageMessage().exitCodeListHeading("Exit codes:%n");
        commands.getCommandSpec().usageMessage().exitCodeList(codes);
        commands.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
        commands.setErr(errors);
        commands.setParameterExceptionHandler(
                (e, arguments) -> report(surroundings.err(), e, ExitCode.USAGE));
        commands.setExecutionExceptionHandler(
                (e, command, parsed) -> report(surroundings.err(), e, Failures.exitCode(e)));
        return commands.execute(args);
    }

    private static int report(PrintStream err, Exception e, ExitCode code) {
        if (code != ExitCode.CLOSED_PIPE) {
            err.println("rangestream: " + Failures.sentence(e));
        }
        return code.number();
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "no command: use ls, stat, cat or get; --help describes them");
    }

    /** Java only detects whether standard input and output are both terminals. False if unknown. */
    private static boolean isTerminal() {
        try {
            return new ProcessBuilder("test", "-t", "2").inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version =
                    Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                            .orElse("(not packaged)");
            return new String[] {"rangestream " + version};
        }
    }
}
