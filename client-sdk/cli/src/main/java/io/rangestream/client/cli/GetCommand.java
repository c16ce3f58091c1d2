package io.rangestream.client.cli;

import com.google.gson.JsonObject;

import io.rangestream.client.DownloadOptions;
import io.rangestream.client.ObjectMetadata;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Downloads an object. */
@CommandLine.Command(
        name = "get",
        description = {
            "Downloads an object to a file, which is created only when it is complete.",
            "Resumes an earlier download of the same version."
        },
        mixinStandardHelpOptions = true)
final class GetCommand extends Command {
    @Parameters(index = "0", paramLabel = "BUCKET/KEY", converter = ObjectName.Converter.class)
    private ObjectName object = new ObjectName("?", "?");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file or directory. Default: a file with the last segment of the key.")
    private @Nullable Path target;

    @Option(
            names = "--version-id",
            paramLabel = "ID",
            description = "Reads this version instead of the current one.")
    private @Nullable String versionId;

    @Option(
            names = "--parts",
            paramLabel = "N",
            defaultValue = "4",
            description = "Concurrent parts, 1 to 64. Default: ${DEFAULT-VALUE}.")
    private int parts;

    @Option(
            names = "--no-resume",
            description = "Starts anew, and leaves no partial file if it fails.")
    private boolean noResume;

    @Option(
            names = "--verify",
            description = {
                "Compares the file with the checksum that the store keeps, and names that.",
                "A file that does not match is deleted; exit code 7.",
                "If the store has none of the whole object, the file stays; exit code 8."
            })
    private boolean verify;

    GetCommand(CommandContext surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(RangeStreamClient client) throws IOException {
        Path file = file();
        ObjectMetadata metadata;
        try (ObjectReader reader = client.open(object.ref(versionId))) {
            download(reader, file);
            metadata = reader.metadata();
        }
        if (!verify) {
            print(metadata, file, Optional.empty());
            return ExitCode.OK;
        }
        Verification verification = Verification.of(file, metadata.checksum());
        ExitCode code =
                switch (verification.outcome()) {
                    case VERIFIED -> ExitCode.OK;
                    case MISMATCH -> ExitCode.CORRUPT;
                    case NOT_VERIFIABLE -> ExitCode.NOT_VERIFIABLE;
                };
        if (code == ExitCode.CORRUPT) {
            Files.delete(file);
        }
        print(metadata, file, Optional.of(verification));
        return code;
    }

    private Path file() {
        if (target == null) {
            return Path.of(object.fileName());
        }
        return Files.isDirectory(target) ? target.resolve(object.fileName()) : target;
    }

    private void download(ObjectReader reader, Path file) throws IOException {
        DownloadOptions options = DownloadOptions.defaults().withParts(parts).withResume(!noResume);
        if (!surroundings().terminal()) {
            reader.downloadTo(file, options);
            return;
        }
        String name = String.valueOf(file.getFileName());
        try (DownloadBar bar =
                new DownloadBar(name, surroundings().err(), surroundings().variables())) {
            reader.downloadTo(file, options.withProgress(bar));
        }
    }

    private void print(ObjectMetadata metadata, Path file, Optional<Verification> verification)
            throws IOException {
        if (json()) {
            JsonObject json = Json.metadata(metadata);
            json.addProperty("file", file.toString());
            verification.ifPresent(
                    known -> {
                        json.addProperty("verification", known.outcome().name());
                        json.addProperty("verifiedBy", known.what());
                    });
            out().println(json.toString());
            return;
        }
        String summary = file + ": " + metadata.completeLength() + " bytes";
        String line = verification.map(known -> summary + ", " + described(known)).orElse(summary);
        if (verification.isEmpty()
                || verification.get().outcome() == Verification.Outcome.VERIFIED) {
            out().println(line);
        } else {
            surroundings().err().println("rangestream: " + line);
        }
    }

    private static String described(Verification verification) {
        return switch (verification.outcome()) {
            case VERIFIED -> "verified by the stored " + verification.what();
            case MISMATCH ->
                    "does not match the stored " + verification.what() + " and was deleted";
            case NOT_VERIFIABLE -> "not verifiable: " + verification.what();
        };
    }
}
