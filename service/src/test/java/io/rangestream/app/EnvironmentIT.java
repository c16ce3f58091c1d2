package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.process.RangestreamProcess;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The packaged program, started with Kubernetes and rangestream variables in its environment. */
final class EnvironmentIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir private Path folder;

    private RangestreamProcess run(Map<String, String> environment, String... arguments) {
        return RangestreamProcess.run(
                Path.of(System.getProperty("java.home")),
                List.of("-Duser.home=" + folder),
                environment,
                List.of(arguments));
    }

    private static URI awaitReady(RangestreamProcess server) {
        Awaitility.await("the ready line")
                .atMost(SOON)
                .until(
                        () ->
                                server.printed().contains("rangestream ready on")
                                        || !server.isAlive());
        return server.uri();
    }

    @Test
    void ignoresKubernetesVariablesNamedLikeSettings() {
        Map<String, String> environment = new HashMap<>();
        for (String service : List.of("SERVER", "HTTP", "CACHE", "RANGESTREAM_SERVER")) {
            environment.put(service + "_PORT", "tcp://10.0.0.1:80");
            environment.put(service + "_PORT_80_TCP_PORT", "80");
            environment.put(service + "_SERVICE_HOST", "10.0.0.1");
        }
        environment.put("RANGESTREAM_SERVER_HOST", "127.0.0.2");
        environment.put("RANGESTREAM_CACHE_MEMROY", "1 GiB");
        try (RangestreamProcess server =
                run(environment, "--port", "0", "--directory", "d=" + folder)) {
            assertThat(awaitReady(server).getHost()).isEqualTo("127.0.0.2");
            assertThat(server.complained())
                    .hasLineCount(1)
                    .contains("RANGESTREAM_CACHE_MEMROY: no setting has this name");
        }
    }

    @Test
    void readsThePortFromItsVariable() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("films.yaml"),
                        "server: { port: 1 }\nbuckets: { d: { directory: '" + folder + "' } }");
        try (RangestreamProcess server =
                run(Map.of("RANGESTREAM_SERVER_PORT", "0"), "--config", file.toString())) {
            assertThat(awaitReady(server).getPort()).isGreaterThan(1);
        }
    }

    /** The SDK loads these modules by name, so a missing one shows only in the package. */
    @Test
    void packagesTheModulesOfTheCredentialsChain() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target", "lib"))) {
            List<String> names =
                    files.map(file -> file.getFileName().toString().replaceAll("-[0-9].*", ""))
                            .toList();
            assertThat(names)
                    .contains("sts", "sso", "ssooidc", "signin", "apache5-client")
                    .doesNotContain("netty-nio-client", "apache-client");
        }
    }
}
