package io.rangestream.range;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A simple, slow model of the Range grammar (RFC 9110, sections 14.1.1, 14.1.2 and 5.6.1, with
 * erratum 7306): splits at the first "=" and at commas, and uses unbounded integers.
 */
final class RangesSpecifierModel {
    private RangesSpecifierModel() {}

    /** A member; without a first position a suffix, without a last one open-ended. */
    record Member(Optional<BigInteger> first, Optional<BigInteger> last) {

        /** The range of an object of this length; empty if unsatisfiable. */
        Optional<ResolvedRange> resolve(long completeLength) {
            BigInteger length = BigInteger.valueOf(completeLength);
            BigInteger end = length.subtract(BigInteger.ONE);
            BigInteger from =
                    first.orElseGet(() -> length.subtract(last.orElseThrow()).max(BigInteger.ZERO));
            BigInteger to = first.isPresent() ? last.orElse(end).min(end) : end;
            return from.compareTo(to) > 0
                    ? Optional.empty()
                    : Optional.of(new ResolvedRange(from.longValueExact(), to.longValueExact()));
        }
    }

    /** The members in order; empty if the field must be ignored. */
    static Optional<List<Member>> parse(String field) {
        int equals = field.indexOf('=');
        if (equals < 0 || !isUnit(field.substring(0, equals))) {
            return Optional.empty();
        }
        List<Member> members = new ArrayList<>();
        for (String text : field.substring(equals + 1).split(",", -1)) {
            String member = trim(text);
            if (!member.isEmpty()) {
                Optional<Member> parsed = member(member);
                if (parsed.isEmpty()) {
                    return Optional.empty();
                }
                members.add(parsed.get());
            }
        }
        return members.isEmpty() ? Optional.empty() : Optional.of(members);
    }

    private static boolean isUnit(String text) {
        return text.chars().allMatch(c -> c < 0x80) && text.equalsIgnoreCase("bytes");
    }

    private static Optional<Member> member(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            return Optional.empty();
        }
        String before = text.substring(0, dash);
        String after = text.substring(dash + 1);
        if (!(before + after).chars().allMatch(c -> "0123456789".indexOf(c) >= 0)) {
            return Optional.empty();
        }
        Optional<BigInteger> first = number(before);
        Optional<BigInteger> last = number(after);
        boolean backwards =
                first.isPresent() && last.isPresent() && last.get().compareTo(first.get()) < 0;
        return backwards || first.isEmpty() && last.isEmpty()
                ? Optional.empty()
                : Optional.of(new Member(first, last));
    }

    private static Optional<BigInteger> number(String digits) {
        return digits.isEmpty() ? Optional.empty() : Optional.of(new BigInteger(digits));
    }

    private static String trim(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && " \t".indexOf(text.charAt(begin)) >= 0) {
            begin++;
        }
        while (end > begin && " \t".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(begin, end);
    }
}
