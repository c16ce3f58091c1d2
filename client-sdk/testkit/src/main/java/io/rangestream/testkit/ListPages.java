package io.rangestream.testkit;

import io.rangestream.v1.Bucket;
import io.rangestream.v1.ListBucketsRequest;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsRequest;
import io.rangestream.v1.ListObjectsResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Builds the pages of lists. */
final class ListPages {
    private ListPages() {}

    static ListObjectsResponse objects(ObjectStore store, ListObjectsRequest request) {
        RequestRules.requireBucket(request.getBucket());
        RequestRules.requireShort("prefix", request.getPrefix());
        RequestRules.requireShort("delimiter", request.getDelimiter());
        int pageSize = RequestRules.pageSize(request.getPageSize());
        String scope =
                String.join("\0", request.getBucket(), request.getPrefix(), request.getDelimiter());
        NavigableMap<String, Optional<StoredObject>> rest =
                after(entries(store, request), PageToken.read(scope, request.getPageToken()));
        ListObjectsResponse.Builder page = ListObjectsResponse.newBuilder();
        String last = "";
        int count = 0;
        for (Map.Entry<String, Optional<StoredObject>> entry : rest.entrySet()) {
            if (count++ == pageSize) {
                return page.setNextPageToken(PageToken.write(scope, last)).build();
            }
            last = entry.getKey();
            entry.getValue()
                    .ifPresentOrElse(
                            object -> page.addObjects(object.listed()),
                            () -> page.addCommonPrefixes(entry.getKey()));
        }
        return page.build();
    }

    /** The entries of a list by name: an object, or empty for a common prefix. */
    private static NavigableMap<String, Optional<StoredObject>> entries(
            ObjectStore store, ListObjectsRequest request) {
        String prefix = request.getPrefix();
        String delimiter = request.getDelimiter();
        NavigableMap<String, Optional<StoredObject>> entries =
                new TreeMap<>(ObjectStore.UTF_8_ORDER);
        for (StoredObject object : store.objects(request.getBucket())) {
            if (!object.key().startsWith(prefix)) {
                continue;
            }
            int at = delimiter.isEmpty() ? -1 : object.key().indexOf(delimiter, prefix.length());
            if (at < 0) {
                entries.put(object.key(), Optional.of(object));
            } else {
                entries.put(object.key().substring(0, at + delimiter.length()), Optional.empty());
            }
        }
        return entries;
    }

    private static <V> NavigableMap<String, V> after(
            NavigableMap<String, V> entries, Optional<String> last) {
        return last.isEmpty() ? entries : entries.tailMap(last.get(), false);
    }

    static ListBucketsResponse buckets(ObjectStore store, ListBucketsRequest request) {
        int pageSize = RequestRules.pageSize(request.getPageSize());
        Optional<String> after = PageToken.read("", request.getPageToken());
        List<String> names = new ArrayList<>(store.buckets());
        names.removeIf(
                name ->
                        after.isPresent()
                                && ObjectStore.UTF_8_ORDER.compare(name, after.get()) <= 0);
        ListBucketsResponse.Builder page = ListBucketsResponse.newBuilder();
        names.stream()
                .limit(pageSize)
                .forEach(name -> page.addBuckets(Bucket.newBuilder().setName(name)));
        if (names.size() > pageSize) {
            page.setNextPageToken(PageToken.write("", names.get(pageSize - 1)));
        }
        return page.build();
    }
}
