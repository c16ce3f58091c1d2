package io.rangestream.client.internal.channel;

import io.rangestream.client.CommonPrefix;
import io.rangestream.client.DataLossException;
import io.rangestream.client.ListEntry;
import io.rangestream.client.ListedObject;
import io.rangestream.client.internal.wire.ProtoConversions;
import io.rangestream.client.internal.wire.Subject;
import io.rangestream.v1.Bucket;
import io.rangestream.v1.ListBucketsRequest;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsRequest;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.RangeStreamServiceGrpc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.Stream;

/** The lists of a client: requests their pages. Safe for several threads. */
public final class Listing {
    /**
     * Compares code points, which gives the order of unsigned UTF-8 bytes. {@code String.compareTo}
     * gives the order of UTF-16 units instead.
     */
    private static final Comparator<ListEntry> BY_NAME =
            (one, other) -> {
                PrimitiveIterator.OfInt these = one.name().codePoints().iterator();
                PrimitiveIterator.OfInt those = other.name().codePoints().iterator();
                while (these.hasNext() && those.hasNext()) {
                    int order = Integer.compare(these.nextInt(), those.nextInt());
                    if (order != 0) {
                        return order;
                    }
                }
                return Boolean.compare(these.hasNext(), those.hasNext());
            };

    private final Connection connection;

    public Listing(Connection connection) {
        this.connection = connection;
    }

    public Stream<String> buckets() {
        return Pages.stream(Subject.server(), this::bucketsPage);
    }

    private Pages.Page<String> bucketsPage(String pageToken) throws IOException {
        ListBucketsResponse page =
                connection.call(
                        RangeStreamServiceGrpc.getListBucketsMethod(),
                        ListBucketsRequest.newBuilder().setPageToken(pageToken).build(),
                        Subject.server());
        List<String> names = page.getBucketsList().stream().map(Bucket::getName).toList();
        return new Pages.Page<>(names, page.getNextPageToken());
    }

    public Stream<ListedObject> objects(String bucket, String prefix) {
        Subject subject = Subject.ofBucket(bucket);
        return Pages.stream(
                subject,
                pageToken -> {
                    ListObjectsResponse page = objectsPage(bucket, prefix, "", pageToken);
                    return new Pages.Page<>(listed(page, subject), page.getNextPageToken());
                });
    }

    public Stream<ListEntry> entries(String bucket, String prefix, String delimiter) {
        Subject subject = Subject.ofBucket(bucket);
        return Pages.stream(
                subject,
                pageToken -> {
                    ListObjectsResponse page = objectsPage(bucket, prefix, delimiter, pageToken);
                    List<ListEntry> entries = new ArrayList<>(listed(page, subject));
                    page.getCommonPrefixesList().forEach(p -> entries.add(CommonPrefix.of(p)));
                    entries.sort(BY_NAME);
                    return new Pages.Page<>(entries, page.getNextPageToken());
                });
    }

    private ListObjectsResponse objectsPage(
            String bucket, String prefix, String delimiter, String pageToken) throws IOException {
        return connection.call(
                RangeStreamServiceGrpc.getListObjectsMethod(),
                ListObjectsRequest.newBuilder()
                        .setBucket(bucket)
                        .setPrefix(prefix)
                        .setDelimiter(delimiter)
                        .setPageToken(pageToken)
                        .build(),
                Subject.ofBucket(bucket));
    }

    private static List<ListedObject> listed(ListObjectsResponse page, Subject subject)
            throws DataLossException {
        List<ListedObject> objects = new ArrayList<>(page.getObjectsCount());
        for (io.rangestream.v1.ListedObject sent : page.getObjectsList()) {
            objects.add(ProtoConversions.listedObject(sent, subject));
        }
        return objects;
    }
}
