package io.rangestream;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import org.jspecify.annotations.NullMarked;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks the compiled classes against the dependencies between packages in DESIGN.md. */
@AnalyzeClasses(
        packages = "io.rangestream",
        importOptions = {
            ImportOption.DoNotIncludeTests.class,
            ArchitectureTest.OnlyTheService.class
        })
final class ArchitectureTest {
    private static final String ROOT = "io.rangestream.";

    /**
     * The packages of ours that each package may use besides itself; every package has an entry.
     */
    private static final Map<String, Set<String>> MAY_USE =
            Map.ofEntries(
                    Map.entry("fault", Set.of()),
                    Map.entry("range", Set.of()),
                    Map.entry("condition", Set.of("range")),
                    Map.entry("store", Set.of("fault", "range", "condition")),
                    Map.entry(
                            "store.s3",
                            Set.of(
                                    "range",
                                    "condition",
                                    "store",
                                    "store.s3.credentials",
                                    "store.s3.http")),
                    Map.entry("store.s3.credentials", Set.of("store", "store.s3.http")),
                    Map.entry("store.s3.http", Set.of("store")),
                    Map.entry("store.directory", Set.of("range", "condition", "store")),
                    Map.entry("store.memory", Set.of("range", "condition", "store")),
                    Map.entry("store.guard", Set.of("fault", "range", "condition", "store")),
                    Map.entry(
                            "engine",
                            Set.of(
                                    "fault",
                                    "range",
                                    "condition",
                                    "store",
                                    "engine.disk",
                                    "engine.limit",
                                    "engine.memory")),
                    Map.entry("engine.limit", Set.of("store")),
                    Map.entry("engine.memory", Set.of("store")),
                    Map.entry("engine.disk", Set.of("fault", "range", "condition", "store")),
                    Map.entry("stream", Set.of("range", "condition", "store")),
                    Map.entry("requestlog", Set.of("fault", "store")),
                    Map.entry("transport", Set.of("fault")),
                    Map.entry("transport.accept", Set.of("fault")),
                    Map.entry("transport.hpack", Set.of()),
                    Map.entry("transport.http1", Set.of("transport")),
                    Map.entry(
                            "transport.http2",
                            Set.of("transport", "transport.accept", "transport.hpack")),
                    Map.entry("transport.grpc", Set.of("fault", "transport", "transport.http2")),
                    Map.entry(
                            "transport.helidon",
                            Set.of(
                                    "fault",
                                    "transport",
                                    "transport.accept",
                                    "transport.grpc",
                                    "transport.http1",
                                    "transport.http2")),
                    Map.entry("message", Set.of("condition", "store", "stream", "v1")),
                    Map.entry("http.uri", Set.of()),
                    Map.entry("http.field", Set.of("condition", "requestlog", "store", "stream")),
                    Map.entry(
                            "http.problem",
                            Set.of(
                                    "fault",
                                    "http.field",
                                    "requestlog",
                                    "store",
                                    "stream",
                                    "transport",
                                    "transport.http1")),
                    Map.entry(
                            "http.events",
                            Set.of("http.uri", "range", "store", "transport.accept")),
                    Map.entry(
                            "http",
                            Set.of(
                                    "range",
                                    "condition",
                                    "store",
                                    "stream",
                                    "message",
                                    "requestlog",
                                    "transport",
                                    "transport.accept",
                                    "transport.http1",
                                    "http.events",
                                    "http.field",
                                    "http.problem",
                                    "http.uri")),
                    Map.entry(
                            "grpc",
                            Set.of(
                                    "fault",
                                    "range",
                                    "condition",
                                    "store",
                                    "stream",
                                    "message",
                                    "requestlog",
                                    "transport",
                                    "v1")),
                    Map.entry(
                            "grpc.bidi",
                            Set.of(
                                    "fault",
                                    "range",
                                    "condition",
                                    "store",
                                    "stream",
                                    "message",
                                    "transport",
                                    "grpc",
                                    "v1")),
                    Map.entry(
                            "app.config",
                            Set.of(
                                    "store.s3",
                                    "store.s3.credentials",
                                    "store.s3.http",
                                    "engine",
                                    "engine.disk",
                                    "engine.limit",
                                    "http",
                                    "http.field",
                                    "transport",
                                    "transport.accept")),
                    Map.entry(
                            "app.metrics",
                            Set.of(
                                    "condition",
                                    "engine",
                                    "engine.disk",
                                    "requestlog",
                                    "store",
                                    "store.guard",
                                    "transport",
                                    "transport.accept",
                                    "transport.helidon")));

    private static final String[] CORE = {
        ROOT + "fault",
        ROOT + "range",
        ROOT + "condition",
        ROOT + "store",
        ROOT + "store.memory",
        ROOT + "store.directory",
        ROOT + "store.guard",
        ROOT + "engine",
        ROOT + "engine.disk",
        ROOT + "engine.limit",
        ROOT + "engine.memory",
        ROOT + "stream",
        ROOT + "requestlog"
    };

    /** Leaves out the classes of other modules: the contract and the SDK. */
    static final class OnlyTheService implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/proto/")
                    && !location.contains("/client-sdk/")
                    && !location.contains("rangestream-proto")
                    && !location.contains("rangestream-client-sdk");
        }
    }

    @ArchTest
    static void everyPackageHasItsRowAndUsesOnlyWhatThatAllows(JavaClasses classes) {
        Set<String> unlisted = new TreeSet<>();
        for (JavaClass type : classes) {
            String name = shortName(type.getPackageName());
            if (!MAY_USE.containsKey(name) && !Set.of("app", "launcher").contains(name)) {
                unlisted.add(name);
            }
        }
        assertThat(unlisted).as("packages that are not in the table").isEmpty();
        MAY_USE.forEach((name, used) -> mayOnlyUse(name, used).check(classes));
    }

    private static ArchRule mayOnlyUse(String name, Set<String> used) {
        String[] allowed =
                Stream.concat(Stream.of(name), used.stream())
                        .map(ROOT::concat)
                        .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.rangestream..")
                                .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
                .as(name + " uses of ours only " + new TreeSet<>(used));
    }

    @ArchTest
    static final ArchRule THERE_ARE_NO_CYCLES =
            slices().matching("io.rangestream.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_TRANSPORT_AND_NO_CLOUD =
            noClasses()
                    .that()
                    .resideInAnyPackage(CORE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.helidon..",
                            "io.grpc..",
                            "com.google.protobuf..",
                            "com.google.rpc..",
                            "io.rangestream.v1..",
                            "software.amazon..");

    @ArchTest
    static final ArchRule ONLY_STORE_S3_SEES_THE_AWS_SDK =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ROOT + "store.s3..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule ONLY_STORE_GUARD_SEES_RESILIENCE4J =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ROOT + "store.guard")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.github.resilience4j..");

    @ArchTest
    static final ArchRule STORE_S3_KNOWS_NO_TRANSPORT =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "store.s3..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.helidon..", "io.grpc..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule HTTP_DOES_NOT_SEE_GRPC =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "http..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ROOT + "grpc..", "io.grpc..");

    @ArchTest
    static final ArchRule GRPC_DOES_NOT_SEE_HTTP =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "grpc..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ROOT + "http..");

    @ArchTest
    static final ArchRule MESSAGES_KNOW_NO_TRANSPORT =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "message")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.helidon..", "io.grpc..", "software.amazon..");

    @ArchTest
    static final ArchRule ONLY_APP_SEES_CONCRETE_STORES =
            classes()
                    .that()
                    .resideInAnyPackage(
                            ROOT + "store.s3..", ROOT + "store.directory", ROOT + "store.memory")
                    .should()
                    .onlyHaveDependentClassesThat()
                    .resideInAnyPackage(
                            ROOT + "app",
                            ROOT + "app.config",
                            ROOT + "store.s3..",
                            ROOT + "store.directory",
                            ROOT + "store.memory");

    @ArchTest
    static final ArchRule HELIDON_IS_FOR_THE_ENDPOINTS_THE_TRANSPORT_AND_APP =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            ROOT + "http..", ROOT + "grpc..", ROOT + "transport..", ROOT + "app..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.helidon..");

    @ArchTest
    static final ArchRule CLOCKS_ARE_GIVEN =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ROOT + "app..")
                    .should()
                    .callMethod(Clock.class, "systemUTC")
                    .orShould()
                    .callMethod(Clock.class, "systemDefaultZone")
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(LocalDate.class, "now")
                    .orShould()
                    .callMethod(LocalDateTime.class, "now")
                    .orShould()
                    .callMethod(OffsetDateTime.class, "now")
                    .orShould()
                    .callMethod(ZonedDateTime.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule THE_ENVIRONMENT_IS_READ_IN_APP =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ROOT + "app..")
                    .should()
                    .callMethod(System.class, "getenv")
                    .orShould()
                    .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        Set<String> unmarked =
                classes.stream()
                        .map(JavaClass::getPackage)
                        .filter(found -> !found.getName().equals(ROOT + "launcher"))
                        .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                        .map(found -> found.getName())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unmarked).as("packages without @NullMarked").isEmpty();
    }

    @ArchTest
    static void theRulesSeeTheClasses(JavaClasses classes) {
        Set<String> seen =
                classes.stream()
                        .map(type -> shortName(type.getPackageName()))
                        .collect(Collectors.toSet());
        assertThat(seen).containsAll(MAY_USE.keySet()).contains("app");
        assertThat(Arrays.asList(CORE)).allMatch(name -> seen.contains(shortName(name)));
    }

    private static String shortName(String packageName) {
        return packageName.startsWith(ROOT) ? packageName.substring(ROOT.length()) : packageName;
    }
}
