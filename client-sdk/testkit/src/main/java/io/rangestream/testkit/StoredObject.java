package io.rangestream.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;

import io.rangestream.v1.ListedObject;
import io.rangestream.v1.ObjectMetadata;

import java.time.Instant;

/** One version of an object. */
record StoredObject(
        String bucket, String key, ByteString bytes, String etag, Instant lastModified) {

    long length() {
        return bytes.size();
    }

    ObjectMetadata metadata() {
        return ObjectMetadata.newBuilder()
                .setBucket(bucket)
                .setKey(key)
                .setCompleteLength(length())
                .setEtag(etag)
                .setLastModified(Timestamp.newBuilder().setSeconds(lastModified.getEpochSecond()))
                .build();
    }

    ListedObject listed() {
        return ListedObject.newBuilder()
                .setKey(key)
                .setCompleteLength(length())
                .setEtag(etag)
                .setLastModified(Timestamp.newBuilder().setSeconds(lastModified.getEpochSecond()))
                .build();
    }
}
