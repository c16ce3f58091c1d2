package io.rangestream.client.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An object as the command line names it: {@code bucket/key}, split at the first slash.
 *
 * @param bucket not empty
 * @param key not empty, taken as it is
 */
record ObjectName(String bucket, String key) {
    ObjectName {
        if (bucket.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException("not BUCKET/KEY: " + bucket + '/' + key);
        }
    }

    /** Reads it from an argument. */
    static final class Converter implements ITypeConverter<ObjectName> {
        @Override
        public ObjectName convert(String argument) {
            int slash = argument.indexOf('/');
            if (slash <= 0 || slash == argument.length() - 1) {
                throw new TypeConversionException("'" + argument + "' is not BUCKET/KEY");
            }
            return new ObjectName(argument.substring(0, slash), argument.substring(slash + 1));
        }
    }

    /**
     * The name of a file for it: what follows the key's last slash.
     *
     * @throws IllegalArgumentException where that is no name for a file
     */
    String fileName() {
        String name = key.substring(key.lastIndexOf('/') + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf(0) >= 0) {
            throw new IllegalArgumentException("name a FILE: the key gives none: " + key);
        }
        return name;
    }

    @Override
    public String toString() {
        return bucket + '/' + key;
    }
}
