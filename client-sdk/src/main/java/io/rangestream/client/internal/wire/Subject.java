package io.rangestream.client.internal.wire;

import io.rangestream.client.ObjectRef;

import org.jspecify.annotations.Nullable;

/**
 * The bucket, object or position that a call is about, for the messages of exceptions.
 *
 * @param bucket null if the call is about the server
 * @param key null if the call is about the server or a bucket
 * @param position null if the call is not a read
 */
public record Subject(@Nullable String bucket, @Nullable String key, @Nullable Long position) {

    public static Subject server() {
        return new Subject(null, null, null);
    }

    public static Subject ofBucket(String bucket) {
        return new Subject(bucket, null, null);
    }

    public static Subject of(ObjectRef object) {
        return ofObject(object.bucket(), object.key());
    }

    public static Subject ofObject(String bucket, String key) {
        return new Subject(bucket, key, null);
    }

    /** The same object, at a position. */
    public Subject at(long newPosition) {
        return new Subject(bucket, key, newPosition);
    }

    @Override
    public String toString() {
        if (bucket == null) {
            return "server";
        }
        String name = key == null ? bucket : bucket + '/' + key;
        return position == null ? name : name + " at " + position;
    }
}
