package io.rangestream.adversary;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Http1Wire;
import io.rangestream.testkit.RangestreamProcess;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * No small request may harm another client: each attack, and then all of them mixed by a seed, on
 * the packaged program in a heap of 512 MiB, while a second client reads. No request of the second
 * client fails, and none takes longer than 250 ms more than the same request to an equal server
 * that is not attacked: the attacker and both servers share the processors of one machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class AdversaryIT {
    private static final Duration PROMISE = Duration.ofMillis(250);

    /** Of responses that only the machine made later than the promise. */
    private static final double EXCUSED_RATIO = 0.1;

    private static final int RUNS = 3;
    private static final int ROUNDS = 8;
    private static final int MIXED_ROUNDS = 40;
    private static final int LONG_MIXED_ROUNDS = 2_000;
    private static final String FEW = "/objects/objects/few";
    private static final int FILES = 20_000;
    private static final int FILM_BYTES = 8 * 1024 * 1024;
    private static final long SEED = Long.getLong("rangestream.adversary.seed", 20261129);

    // The heap, the JVM itself, and native buffers.
    private static final long MOST_RESIDENT_BYTES = 900L * 1024 * 1024;
    private static final long MOST_LOG_BYTES_A_ROUND = 512 * 1024;
    private static final int MOST_METRICS_BYTES = 256 * 1024;

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

    /** The first requests of a JVM are slow by themselves. */
    private static void warmUp(int port) throws IOException {
        for (int connection = 0; connection < 50; connection++) {
            try (Http1Wire wire = Http1Wire.connect(port)) {
                for (int i = 0; i < 20; i++) {
                    assertThat(wire.ask("GET", FEW).status()).isEqualTo(200);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void attackHarmsNoOtherClient(Attack attack) throws IOException {
        attackBesideASecondClient(Collections.nCopies(ROUNDS, attack));
    }

    @Test
    void mixedAttacksHarmNoOtherClient() throws IOException {
        attackBesideASecondClient(mixed(MIXED_ROUNDS));
    }

    @Test
    @Tag("long")
    void manyMixedAttacksHarmNoOtherClient() throws IOException {
        attackBesideASecondClient(mixed(LONG_MIXED_ROUNDS));
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
     * Attacks while a second client reads. Failed requests and exceeded bounds fail at once; late
     * responses must recur in each of {@link #RUNS} runs of the same attacks, as a pause of the
     * machine does not.
     */
    private void attackBesideASecondClient(List<Attack> attacks) throws IOException {
        List<SecondClient.Sample> late = List.of();
        for (int run = 0; run < RUNS; run++) {
            late = late(run(attacks));
            if (late.isEmpty()) {
                return;
            }
        }
        assertThat(late).as("later than %s in %d runs, seed %d", PROMISE, RUNS, SEED).isEmpty();
    }

    private List<SecondClient.Sample> run(List<Attack> attacks) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        long logBefore = server.output().length();
        List<SecondClient.Sample> samples;
        try (SecondClient second = new SecondClient(target, FEW, control.uri().getPort())) {
            for (Attack attack : attacks) {
                attempt(attack, random);
            }
            samples = second.samples();
        }
        assertThat(server.isAlive()).as("the server lives: %s", server.complained()).isTrue();
        assertThat(samples).as("seed %d", SEED).isNotEmpty().allSatisfy(AdversaryIT::isAnswered);
        assertThat(server.residentBytes()).isLessThan(MOST_RESIDENT_BYTES);
        assertThat(server.output().length() - logBefore)
                .as("characters of log")
                .isLessThan(attacks.size() * MOST_LOG_BYTES_A_ROUND);
        assertThat(metrics()).hasSizeLessThan(MOST_METRICS_BYTES);
        return samples;
    }

    /** Those later than promised, and later by that than the control; all, if they are many. */
    private static List<SecondClient.Sample> late(List<SecondClient.Sample> samples) {
        List<SecondClient.Sample> slow =
                samples.stream().filter(sample -> sample.took().compareTo(PROMISE) > 0).toList();
        if (slow.size() > samples.size() * EXCUSED_RATIO) {
            return slow;
        }
        return slow.stream()
                .filter(sample -> sample.took().compareTo(PROMISE.plus(sample.control())) > 0)
                .toList();
    }

    private static void isAnswered(SecondClient.Sample sample) {
        assertThat(sample.status()).as("%s", sample).isEqualTo(200);
    }

    /** A server that refuses or cuts an attacker does right. */
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
                return new String(
                        wire.readUpTo(MOST_METRICS_BYTES), java.nio.charset.StandardCharsets.UTF_8);
            }
            for (byte[] chunk = wire.readChunk(); chunk.length > 0; chunk = wire.readChunk()) {
                text.append(new String(chunk, java.nio.charset.StandardCharsets.UTF_8));
            }
            return text.toString();
        }
    }
}
