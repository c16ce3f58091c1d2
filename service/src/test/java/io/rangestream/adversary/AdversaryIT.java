package io.rangestream.adversary;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.wire.Http1Wire;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Runs each attack, and then all of them in an order from a seed, against the packaged program in a
 * heap of 512 MiB while a second client reads. No request of the second client may fail. None may
 * take more than 250 ms longer than the same request to an identical server that is not attacked:
 * the attacker and both servers share the processors of one machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class AdversaryIT {
    private static final Duration MAX_DELAY = Duration.ofMillis(250);

    /** The accepted ratio of responses that are late because of the machine. */
    private static final double EXCUSED_RATIO = 0.1;

    private static final int RUNS = 3;
    private static final int ROUNDS = 8;

    /** The requests of the second client during each run, at least. */
    private static final int MIN_SAMPLES = 20;

    private static final int MIXED_ROUNDS = 40;
    private static final int LONG_MIXED_ROUNDS = 2_000;
    private static final String SMALL_OBJECT = "/objects/objects/few";
    private static final int FILES = 20_000;
    private static final int FILM_BYTES = 8 * 1024 * 1024;
    private static final long SEED = Long.getLong("rangestream.adversary.seed", 20261129);

    // The heap, the JVM itself and native buffers.
    private static final long MAX_RESIDENT_BYTES = 900L * 1024 * 1024;
    private static final long MAX_LOG_CHARACTERS_PER_ROUND = 512 * 1024;
    private static final int MAX_METRICS_BYTES = 256 * 1024;

    private RangestreamProcess server;
    private RangestreamProcess control;
    private Target target;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path objects = Files.createDirectories(folder.resolve("objects"));
        Files.write(objects.resolve("film"), new byte[FILM_BYTES]);
        Files.writeString(objects.resolve("few"), "a few bytes");
        Path many = Files.createDirectories(folder.resolve("many"));
        for (int i = 0; i < FILES; i++) {
            Files.createFile(many.resolve("k" + i));
        }
        server =
                RangestreamProcess.start(
                        List.of("-Xmx512m"),
                        "--directory",
                        "objects=" + objects,
                        "--directory",
                        "many=" + many);
        target =
                new Target(
                        server.uri().getPort(),
                        "/objects/objects/film",
                        "/api/buckets/many/objects?page-size=1");
        control =
                RangestreamProcess.start(List.of("-Xmx128m"), "--directory", "objects=" + objects);
        warmUp(target.port());
        warmUp(control.uri().getPort());
        for (Attack attack : Attack.values()) {
            attempt(attack, new SplittableRandom(SEED));
        }
    }

    @AfterAll
    void stop() {
        try {
            server.close();
        } finally {
            control.close();
        }
    }

    /** The first requests of a JVM are slow without any attack. */
    private static void warmUp(int port) throws IOException {
        for (int connection = 0; connection < 50; connection++) {
            try (Http1Wire wire = Http1Wire.connect(port)) {
                for (int i = 0; i < 20; i++) {
                    assertThat(wire.ask("GET", SMALL_OBJECT).status()).isEqualTo(200);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void attackHarmsNoOtherClient(Attack attack) throws IOException {
        attackBesideSecondClient(Collections.nCopies(ROUNDS, attack));
    }

    @Test
    void mixedAttacksHarmNoOtherClient() throws IOException {
        attackBesideSecondClient(mixed(MIXED_ROUNDS));
    }

    @Test
    @Tag("long")
    void manyMixedAttacksHarmNoOtherClient() throws IOException {
        attackBesideSecondClient(mixed(LONG_MIXED_ROUNDS));
    }

    private static List<Attack> mixed(int rounds) {
        List<Attack> attacks = new ArrayList<>();
        while (attacks.size() < rounds) {
            attacks.addAll(List.of(Attack.values()));
        }
        Collections.shuffle(attacks, new Random(SEED));
        return attacks.subList(0, rounds);
    }

    /**
     * Runs attacks while a second client reads. A failed request or an exceeded bound fails the
     * test at once. Late responses must occur in each of {@link #RUNS} runs of the same attacks,
     * which a pause of the machine does not cause.
     */
    private void attackBesideSecondClient(List<Attack> attacks) throws IOException {
        List<SecondClient.Sample> late = List.of();
        for (int run = 0; run < RUNS; run++) {
            late = late(run(attacks));
            if (late.isEmpty()) {
                return;
            }
        }
        assertThat(late).as("later than %s in %d runs, seed %d", MAX_DELAY, RUNS, SEED).isEmpty();
    }

    private List<SecondClient.Sample> run(List<Attack> attacks) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        long logBefore = server.output().length();
        List<SecondClient.Sample> samples;
        try (SecondClient second =
                new SecondClient(target, SMALL_OBJECT, control.uri().getPort())) {
            for (Attack attack : attacks) {
                attempt(attack, random);
            }
            // Some attacks are refused within milliseconds: repeat them beside enough requests.
            for (int i = 0; second.samples().size() < MIN_SAMPLES; i++) {
                attempt(attacks.get(i % attacks.size()), random);
            }
            samples = second.samples();
        }
        assertThat(server.isAlive()).as("the server runs: %s", server.complained()).isTrue();
        assertThat(samples).as("seed %d", SEED).allSatisfy(AdversaryIT::hasSucceeded);
        assertThat(server.residentBytes()).isLessThan(MAX_RESIDENT_BYTES);
        assertThat(server.output().length() - logBefore)
                .as("characters of log")
                .isLessThan(attacks.size() * MAX_LOG_CHARACTERS_PER_ROUND);
        assertThat(metrics()).hasSizeLessThan(MAX_METRICS_BYTES);
        return samples;
    }

    /**
     * The samples that are late even by comparison with the control client; all late samples if
     * there are many.
     */
    private static List<SecondClient.Sample> late(List<SecondClient.Sample> samples) {
        List<SecondClient.Sample> slow =
                samples.stream().filter(sample -> sample.took().compareTo(MAX_DELAY) > 0).toList();
        if (slow.size() > samples.size() * EXCUSED_RATIO) {
            return slow;
        }
        return slow.stream()
                .filter(sample -> sample.took().compareTo(MAX_DELAY.plus(sample.control())) > 0)
                .toList();
    }

    private static void hasSucceeded(SecondClient.Sample sample) {
        assertThat(sample.status()).as("%s", sample).isEqualTo(200);
    }

    /** The server may refuse or disconnect an attacker. */
    private void attempt(Attack attack, SplittableRandom random) {
        try {
            attack.run(target, random);
        } catch (IOException e) {
            assertThat(server.isAlive()).as("%s: %s", attack, server.complained()).isTrue();
        }
    }

    private String metrics() throws IOException {
        try (Http1Wire wire = Http1Wire.connect(target.port())) {
            wire.send("GET", "/observe/metrics", "Accept: text/plain", "Connection: close");
            StringBuilder text = new StringBuilder();
            boolean chunked = wire.readHead().field("Transfer-Encoding").isPresent();
            if (!chunked) {
                return new String(wire.readUpTo(MAX_METRICS_BYTES), StandardCharsets.UTF_8);
            }
            for (byte[] chunk = wire.readChunk(); chunk.length > 0; chunk = wire.readChunk()) {
                text.append(new String(chunk, StandardCharsets.UTF_8));
            }
            return text.toString();
        }
    }
}
