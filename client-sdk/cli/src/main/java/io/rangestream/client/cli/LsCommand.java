package io.rangestream.client.cli;

import io.rangestream.client.CommonPrefix;
import io.rangestream.client.ListEntry;
import io.rangestream.client.ListedObject;
import io.rangestream.client.RangeStreamClient;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;

/** Lists buckets, or what is in one. */
@CommandLine.Command(
        name = "ls",
        description = "Lists the buckets, or the objects of one whose keys begin with a prefix.",
        mixinStandardHelpOptions = true)
final class LsCommand extends Command {
    /** With the pauses between them, less than a second. */
    private static final int TRIES = 3;

    @Parameters(
            arity = "0..1",
            paramLabel = "BUCKET[/PREFIX]",
            defaultValue = "",
            description = "Without it, the buckets.")
    private String where = "";

    @Option(
            names = {"-r", "--recursive"},
            description = "All keys, and not only to the next slash.")
    private boolean recursive;

    LsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** Who waits for a few lines, with a wrong address or without --plaintext, is told soon. */
    @Override
    RangeStreamClient.Builder patient(RangeStreamClient.Builder builder) {
        return builder.retryBudget(TRIES);
    }

    @Override
    ExitCode run(RangeStreamClient client) throws IOException {
        if (where.isEmpty()) {
            for (Iterator<String> names = client.buckets().iterator(); names.hasNext(); ) {
                String name = names.next();
                out().println(json() ? Json.bucket(name).toString() : name);
            }
            return ExitCode.OK;
        }
        int slash = where.indexOf('/');
        String bucket = slash < 0 ? where : where.substring(0, slash);
        String prefix = slash < 0 ? "" : where.substring(slash + 1);
        Stream<ListEntry> entries = client.list(bucket, prefix, recursive ? "" : "/");
        for (Iterator<ListEntry> each = entries.iterator(); each.hasNext(); ) {
            ListEntry entry = each.next();
            out().println(json() ? Json.entry(entry).toString() : line(entry));
        }
        return ExitCode.OK;
    }

    private static String line(ListEntry entry) {
        if (entry instanceof CommonPrefix prefix) {
            return String.format(Locale.ROOT, "%15s  %-20s  %s", "-", "", prefix.prefix());
        }
        ListedObject object = (ListedObject) entry;
        return String.format(
                Locale.ROOT,
                "%15d  %-20s  %s",
                object.completeLength(),
                object.lastModified().map(Instant::toString).orElse("-"),
                object.key());
    }
}
