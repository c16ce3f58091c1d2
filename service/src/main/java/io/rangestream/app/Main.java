package io.rangestream.app;

import io.helidon.logging.common.LogConfig;
import io.rangestream.app.config.ConfigException;
import io.rangestream.app.config.ConfigReader;
import io.rangestream.app.config.ServerConfig;
import io.rangestream.fault.FatalErrors;
import io.rangestream.store.s3.credentials.AwsHttpService;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/**
 * The command line: reads the configuration, starts the server and waits for the signal to stop.
 */
@Command(
        name = "rangestream",
        description = "Byte-range reads of objects in S3 or a folder, over HTTP and gRPC.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final System.Logger LOGGER = System.getLogger(Main.class.getName());

    /** Exit status if the configuration is invalid, or the address is not available. */
    private static final int CANNOT_START = 2;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration, in YAML.")
    private @Nullable Path config;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The port to listen on; 0 picks a free one. Overrides the file.")
    private @Nullable Integer port;

    @Option(
            names = "--directory",
            paramLabel = "NAME=PATH",
            description = "Serves the files below a folder as a bucket. May be repeated.")
    private List<String> directories = new ArrayList<>();

    @Option(
            names = "--examples",
            description =
                    "Prints commands to paste for the first object found, once the server is"
                            + " ready.")
    private boolean examples;

    @Option(
            names = "--print-config",
            description =
                    "Prints each setting in force with its source, and exits. Secrets are masked.")
    private boolean printConfig;

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs until a signal ends the process. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main(System.out, System.err)).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        LogConfig.configureRuntime();
        FatalErrors.install(err);
        DnsCacheTtl.bound();
        AwsHttpService.use(System.getenv());
        RunningServer server;
        try {
            ConfigReader reader = new ConfigReader(System.getenv());
            ServerConfig serverConfig =
                    reader.read(
                            Optional.ofNullable(config),
                            ConfigReader.byName(directories),
                            Optional.ofNullable(port));
            reader.warnings().forEach(warning -> LOGGER.log(System.Logger.Level.WARNING, warning));
            if (printConfig) {
                reader.effectiveSettings().forEach(out::println);
                out.flush();
                return 0;
            }
            server = RunningServer.start(serverConfig, out, Clock.systemUTC());
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return CANNOT_START;
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            err.println("rangestream can't start: " + rootMessage(e));
            return CANNOT_START;
        }
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    try {
                                        server.close();
                                    } finally {
                                        ended.countDown();
                                    }
                                },
                                "shutdown"));
        out.println("rangestream ready on http://" + server.authority() + " (" + uptime() + " ms)");
        if (examples) {
            ExampleCommands.print(server, out);
        }
        out.flush();
        ended.await();
        return 0;
    }

    private static long uptime() {
        Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.now());
        return Duration.between(started, Instant.now()).toMillis();
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
