package io.rangestream.app;

import picocli.CommandLine.IVersionProvider;

import java.util.Optional;

/** Prints the version of the jar's manifest, for {@code --version}. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version =
                Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                        .orElse("(not packaged)");
        return new String[] {"rangestream " + version};
    }
}
