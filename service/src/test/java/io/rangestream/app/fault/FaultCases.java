package io.rangestream.app.fault;

import static io.rangestream.app.ServedEndpoints.ALPHABET;
import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.TEXT;

import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.contract.ContractCase;
import io.rangestream.app.contract.ContractRequest;
import io.rangestream.app.contract.EndpointDifference;
import io.rangestream.app.wire.ComparedResponse;
import io.rangestream.app.wire.ComparedResponse.Kind;
import io.rangestream.range.ResolvedRange;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.store.ObjectStoreException.Archived;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.CredentialsRefused;
import io.rangestream.store.ObjectStoreException.Missing;
import io.rangestream.store.ObjectStoreException.NotFound;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.Representation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The cases of a failing store for both endpoints: failures before the first byte, and failures in
 * the middle of the body.
 */
public final class FaultCases {
    private static final int MIDDLE = 10;

    private final ServedEndpoints served;
    private final List<ContractCase> cases = new ArrayList<>();

    private FaultCases(ServedEndpoints served) {
        this.served = served;
    }

    public static List<ContractCase> of(ServedEndpoints served) {
        FaultCases all = new FaultCases(served);
        all.beforeTheFirstByte();
        all.inTheMiddle();
        return all.cases;
    }

    private void beforeTheFirstByte() {
        before("not found", Kind.NOT_FOUND, id -> new NotFound(Missing.OBJECT, id));
        before("no bucket", Kind.NOT_FOUND, id -> new NotFound(Missing.BUCKET, id));
        before("denied", Kind.NOT_FOUND, id -> new AccessDenied(id, null));
        before("throttled", Kind.THROTTLED, FaultCases::throttled);
        before("unavailable", Kind.UNAVAILABLE, FaultCases::unavailable);
        before("timed out", Kind.UNAVAILABLE, id -> Unavailable.timedOut(id, null));
        before(
                "credentials refused",
                Kind.CREDENTIALS,
                id -> new CredentialsRefused(id, "ExpiredToken", "a secret of ours", null));
        before(
                "archived",
                Kind.ARCHIVED,
                id -> new Archived(id, Optional.of("GLACIER"), Optional.empty(), null));
        before("changed, and again", Kind.CHANGED, id -> new Changed(id, "again"));
    }

    private void before(
            String name, Kind expected, Function<ObjectId, ObjectStoreException> failure) {
        String atOpen = "fails at open: " + name;
        served.memory.put(FILMS, atOpen, ALPHABET, TEXT);
        served.faulty.failAtOpen(atOpen, failure);
        cases.add(
                new ContractCase(
                        atOpen, ContractRequest.of(atOpen), ComparedResponse.of(expected)));
        String atFirst = "fails at the first byte: " + name;
        served.memory.put(FILMS, atFirst, ALPHABET, TEXT);
        served.faulty.failAt(atFirst, 0, failure);
        cases.add(
                new ContractCase(
                        atFirst, ContractRequest.of(atFirst), ComparedResponse.of(expected)));
    }

    private void inTheMiddle() {
        middle("throttled", EndpointDifference.THROTTLED_IN_THE_MIDDLE, FaultCases::throttled);
        middle(
                "unavailable",
                EndpointDifference.UNAVAILABLE_IN_THE_MIDDLE,
                FaultCases::unavailable);
        middle("changed", EndpointDifference.CHANGED_IN_THE_MIDDLE, id -> new Changed(id, "now"));
    }

    private void middle(
            String name,
            EndpointDifference difference,
            Function<ObjectId, ObjectStoreException> failure) {
        String key = "fails in the middle: " + name;
        Representation stored = served.memory.put(FILMS, key, ALPHABET, TEXT);
        served.faulty.failAt(key, MIDDLE, failure);
        ComparedResponse whole =
                ComparedResponse.complete(stored, Optional.of(ResolvedRange.whole(26)), ALPHABET);
        ComparedResponse cut = whole.kind(Kind.CUT);
        cases.add(new ContractCase(key, ContractRequest.of(key), cut, difference));
        cases.add(
                new ContractCase(
                        key + ", open range", ContractRequest.of(key).from(0), cut, difference));
    }

    private static Throttled throttled(ObjectId id) {
        return new Throttled(id, Optional.of(Duration.ofSeconds(7)), null);
    }

    private static Unavailable unavailable(ObjectId id) {
        return new Unavailable(id, "a secret of ours", null);
    }
}
