package io.rangestream.testkit;

import org.opentest4j.TestAbortedException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A program that tests run. It is found by an environment variable, by its names on PATH, or in the
 * user's cache folder. Otherwise it is installed by the package manager, by Go or by pip. If that
 * fails, its tests are disabled and it is recorded in the list of missing tools.
 */
// All fields are immutable; Error Prone does not see it of List.of and of records.
@SuppressWarnings("ImmutableEnumChecker")
public enum ExternalTool {
    /** Debian's build plays H.264 and AAC. */
    CHROMIUM(
            "chromium",
            "the page in a real browser",
            Optional.of("CHROME_BIN"),
            List.of("chromium", "chromium-browser", "google-chrome", "chrome"),
            new Origin.Apt("chromium"),
            Optional.of("skip.browser")),
    FFMPEG("ffmpeg", "making and decoding films", new Origin.Apt("ffmpeg")),
    FFPROBE("ffprobe", "reading the film by ffprobe", new Origin.Apt("ffmpeg")),
    ARIA2C("aria2c", "downloads by aria2c", new Origin.Apt("aria2")),
    CURL("curl", "downloads by curl", new Origin.Apt("curl")),
    WGET("wget", "downloads by wget", new Origin.Apt("wget")),
    NGINX(
            "nginx",
            "reads through nginx",
            // The folder of daemons, which is not on every PATH.
            List.of("nginx", "/usr/sbin/nginx"),
            new Origin.AptDaemon("nginx")),
    VARNISHD(
            "varnishd",
            "reads through Varnish",
            List.of("varnishd", "/usr/sbin/varnishd"),
            new Origin.AptDaemon("varnish")),
    GRPCURL(
            "grpcurl",
            "calls by grpcurl",
            new Origin.Go(new GoProgram("github.com/fullstorydev/grpcurl/cmd/grpcurl", "v1.9.4"))),
    H2SPEC(
            "h2spec",
            "HTTP/2 conformance by h2spec",
            new Origin.Go(
                    new GoProgram(
                            "github.com/summerwind/h2spec/cmd/h2spec",
                            "v2.2.1",
                            Optional.of(Path.of("h2spec"))))),
    GO("go", "a client in Go", new Origin.Apt("golang-go")),
    PROTOC_GEN_GO(
            "protoc-gen-go",
            "a client in Go",
            new Origin.Go(
                    new GoProgram("google.golang.org/protobuf/cmd/protoc-gen-go", "v1.36.11"))),
    PROTOC_GEN_GO_GRPC(
            "protoc-gen-go-grpc",
            "a client in Go",
            new Origin.Go(
                    new GoProgram("google.golang.org/grpc/cmd/protoc-gen-go-grpc", "v1.6.1"))),
    ZSYNC("zsync", "delta downloads by zsync", new Origin.Apt("zsync")),
    ZSYNCMAKE("zsyncmake", "delta downloads by zsync", new Origin.Apt("zsync")),
    LFTP("lftp", "downloads by lftp", new Origin.Apt("lftp")),
    APT_GET("apt-get", "a package repository read by apt", new Origin.Apt("apt")),
    DPKG_DEB("dpkg-deb", "a package repository read by apt", new Origin.Apt("dpkg")),
    GIT("git", "a repository cloned by git", new Origin.Apt("git")),
    /** Debian packages the HTTP driver separately. */
    QEMU_IMG(
            "qemu-img",
            "disk images read by qemu-img",
            new Origin.Apt(List.of("qemu-utils", "qemu-block-extra"))),
    NBDKIT(
            "nbdkit",
            "an object as a block device",
            // The folder of administration programs, which is not on every PATH.
            List.of("nbdkit", "/usr/sbin/nbdkit"),
            new Origin.Apt("nbdkit")),
    NBDCOPY("nbdcopy", "an object as a block device", new Origin.Apt("libnbd-bin")),
    /** Plays H.264 by FFmpeg's libraries. */
    FIREFOX(
            "firefox",
            "the page in Firefox",
            Optional.of("FIREFOX_BIN"),
            List.of("firefox-esr", "firefox"),
            new Origin.Apt(List.of("firefox-esr", "ffmpeg")),
            Optional.of("skip.browser")),
    /** Its MiniBrowser plays films with GStreamer and needs a display. */
    WEBKIT_WEB_DRIVER(
            "WebKitWebDriver",
            "the page in WebKitGTK",
            Optional.empty(),
            List.of("WebKitWebDriver"),
            new Origin.Apt(
                    List.of(
                            "webkit2gtk-driver",
                            "gstreamer1.0-libav",
                            "gstreamer1.0-plugins-good",
                            "gstreamer1.0-plugins-bad")),
            Optional.of("skip.browser")),
    XVFB(
            "Xvfb",
            "the page in WebKitGTK",
            Optional.empty(),
            List.of("Xvfb"),
            new Origin.Apt(List.of("xvfb", "xauth")),
            Optional.of("skip.browser")),
    /**
     * An interpreter with the packages of gRPC; no interpreter on PATH is expected to have them.
     */
    PYTHON(
            "python3-with-grpcio",
            "a client in Python",
            Optional.of("RANGESTREAM_PYTHON"),
            List.of(),
            new Origin.Python(
                    new PythonVenv(
                            List.of(
                                    "grpcio==1.85.3",
                                    "grpcio-tools==1.85.1",
                                    "grpcio-status==1.85.3",
                                    "grpcio-health-checking==1.85.1",
                                    "grpcio-reflection==1.85.1",
                                    "googleapis-common-protos==1.76.0",
                                    "protobuf==7.36.2"))),
            Optional.empty()),
    /** An interpreter with libraries that read tables and rasters by ranges. */
    PYTHON_DATA(
            "python3-with-data-libraries",
            "rasterio, DuckDB and object_store",
            Optional.of("RANGESTREAM_PYTHON_DATA"),
            List.of(),
            new Origin.Python(
                    new PythonVenv(
                            List.of(
                                    "rasterio==1.4.4",
                                    "duckdb==1.5.5",
                                    "duckdb-extensions==1.5.5",
                                    "duckdb-extension-httpfs==1.5.5",
                                    "obstore==0.12.1"))),
            Optional.empty());

    /** How a missing program is installed. */
    sealed interface Origin {
        /** Packages of Debian and Ubuntu. */
        record Apt(List<String> packageNames) implements Origin {
            public Apt {
                packageNames = List.copyOf(packageNames);
            }

            Apt(String packageName) {
                this(List.of(packageName));
            }
        }

        /**
         * A package that is not installed if its installation would start a service: a build must
         * not leave a listening process behind.
         */
        record AptDaemon(String packageName) implements Origin {}

        /** A program that Go builds from source. */
        record Go(GoProgram program) implements Origin {}

        /** Python packages in a virtual environment. */
        record Python(PythonVenv venv) implements Origin {}
    }

    private final String toolName;
    private final String purpose;
    private final Optional<String> variable;
    private final List<String> programs;
    private final Origin origin;
    private final Optional<String> skipProperty;

    ExternalTool(String name, String purpose, Origin origin) {
        this(name, purpose, List.of(name), origin);
    }

    ExternalTool(String name, String purpose, List<String> programs, Origin origin) {
        this(name, purpose, Optional.empty(), programs, origin, Optional.empty());
    }

    ExternalTool(
            String toolName,
            String purpose,
            Optional<String> variable,
            List<String> programs,
            Origin origin,
            Optional<String> skipProperty) {
        this.toolName = toolName;
        this.purpose = purpose;
        this.variable = variable;
        this.programs = programs;
        this.origin = origin;
        this.skipProperty = skipProperty;
    }

    /**
     * The path of the program.
     *
     * @throws TestAbortedException if it can be neither found nor installed; JUnit then reports the
     *     test as aborted
     */
    public Path require() {
        return switch (ToolFinder.LOCAL.find(this)) {
            case ToolFinder.Found(Path program) -> program;
            case ToolFinder.Missing(String reason) -> throw new TestAbortedException(reason);
        };
    }

    /** The commands by which a person installs the program. */
    public List<String> commands() {
        return switch (origin) {
            case Origin.Apt(List<String> packageNames) ->
                    List.of(aptInstall(String.join(" ", packageNames)));
            case Origin.AptDaemon(String packageName) -> List.of(aptInstall(packageName));
            case Origin.Go(GoProgram program) -> List.of(program.command());
            case Origin.Python(PythonVenv venv) -> venv.commands();
        };
    }

    private static String aptInstall(String packageNames) {
        return "apt-get install -y --no-install-recommends " + packageNames;
    }

    public String toolName() {
        return toolName;
    }

    String purpose() {
        return purpose;
    }

    Optional<String> variable() {
        return variable;
    }

    List<String> programs() {
        return programs;
    }

    Origin origin() {
        return origin;
    }

    Optional<String> skipProperty() {
        return skipProperty;
    }
}
