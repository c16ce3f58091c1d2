package io.rangestream.client;

import org.jspecify.annotations.Nullable;

/** What a call was about, for the exception that it may end in. */
record Subject(@Nullable String bucket, @Nullable String key, @Nullable Long position) {

    /** The server itself. */
    static Subject server() {
        return new Subject(null, null, null);
    }

    static Subject ofBucket(String bucket) {
        return new Subject(bucket, null, null);
    }

    static Subject ofObject(String bucket, String key) {
        return new Subject(bucket, key, null);
    }

    /** The same, at a position of the object. */
    Subject at(long newPosition) {
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
