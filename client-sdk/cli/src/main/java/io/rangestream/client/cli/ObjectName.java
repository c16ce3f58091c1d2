package io.rangestream.client.cli;

import io.rangestream.client.ObjectRef;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The object argument of a command: {@code bucket/key}, split at the first slash.
 *
 * @param bucket the bucket's name, not empty
 * @param key the object's key, not empty
 */
record ObjectName(String bucket, String key) {
    ObjectName {
        if (bucket.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException("not BUCKET/KEY: " + bucket + '/' + key);
        }
    }

    /** Parses the argument. */
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
     * The default name of the downloaded file: the part of the key after its last slash.
     *
     * @throws IllegalArgumentException if that is not a valid file name
     */
    String fileName() {
        String name = key.substring(key.lastIndexOf('/') + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf(0) >= 0) {
            throw new IllegalArgumentException("the key has no file name; specify a FILE: " + key);
        }
        return name;
    }

    /** A reference to the object, in its current version if {@code versionId} is null. */
    ObjectRef ref(@Nullable String versionId) {
        ObjectRef current = ObjectRef.of(bucket, key);
        return versionId == null ? current : current.withVersion(versionId);
    }

    @Override
    public String toString() {
        return bucket + '/' + key;
    }
}
