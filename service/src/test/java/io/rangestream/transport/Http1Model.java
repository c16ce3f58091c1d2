package io.rangestream.transport;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of {@link Http1RequestReader}: reads a whole connection by RFC 9112 and our choices, with
 * regular expressions and without regard to time or memory. Does not know Expect, which depends on
 * time.
 */
final class Http1Model {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern LINE =
            Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e\\x80-\\xff]+) HTTP/([0-9])\\.([0-9])");
    private static final Pattern FIELD =
            Pattern.compile("(" + TOKEN + "):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \\t]*");
    private static final Pattern CHUNK =
            Pattern.compile(
                    "([0-9a-fA-F]{1,16})(?:[ \\t]*;(?:[\\t\\x20\\x21\\x23-\\x7e\\x80-\\xff]"
                            + "|\"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]"
                            + "|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*\")*)?");

    private final String all;
    private final List<String> heads = new ArrayList<>();
    private int at;

    private Http1Model(String all) {
        this.all = all;
    }

    /** Thrown to end the reading; the status is 0 unless a request is refused. */
    private static final class End extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        End(int status) {
            this.status = status;
        }
    }

    static ReadRequests read(String all) {
        Http1Model model = new Http1Model(all);
        try {
            for (boolean first = true; ; first = false) {
                model.request(first);
            }
        } catch (End e) {
            return new ReadRequests(model.heads, e.status);
        }
    }

    /** Returns the next line; {@code atEnd} is the status if the connection ends first. */
    private String line(int atEnd) throws End {
        for (int i = at; i < all.length(); i++) {
            if (all.charAt(i) == '\n') {
                throw new End(400);
            }
            if (all.charAt(i) == '\r') {
                if (i + 1 == all.length()) {
                    throw new End(atEnd);
                }
                if (all.charAt(i + 1) != '\n') {
                    throw new End(400);
                }
                String line = all.substring(at, i);
                at = i + 2;
                return line;
            }
        }
        throw new End(atEnd);
    }

    private static Matcher match(Pattern pattern, String text) throws End {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new End(400);
        }
        return matcher;
    }

    private void request(boolean first) throws End {
        int empty = 0;
        while (all.startsWith("\r\n", at)) {
            if (++empty > Http1Limits.EMPTY_LINES) {
                throw new End(400);
            }
            at += 2;
        }
        if (at == all.length() || all.substring(at).equals("\r")) {
            throw new End(0);
        }
        char begin = all.charAt(at);
        if (begin == '\r') {
            throw new End(400);
        }
        if (first && begin != '\n' && (begin < ' ' || begin > 0x7F)) {
            throw new End(0);
        }
        String requestLine = line(0);
        if (first && !requestLine.contains(" HTTP/")) {
            throw new End(0);
        }
        Matcher matcher = match(LINE, requestLine);
        if (!matcher.group(3).equals("1")) {
            throw new End(505);
        }
        boolean is10 = matcher.group(4).equals("0");
        boolean closes = is10;
        List<String> lengths = new ArrayList<>();
        List<String> codings = new ArrayList<>();
        for (String text = line(400); !text.isEmpty(); text = line(400)) {
            Matcher field = match(FIELD, text);
            String value = field.group(2);
            switch (field.group(1).toLowerCase(Locale.ROOT)) {
                case "content-length" -> {
                    match(Pattern.compile("[0-9]+"), value);
                    lengths.add(value);
                    if (lengths.size() > 1) {
                        throw new End(400);
                    }
                }
                case "transfer-encoding" -> codings.addAll(List.of(value.split(",", -1)));
                case "connection" -> {
                    for (String option : value.split(",", -1)) {
                        closes |= option.strip().equalsIgnoreCase("close");
                    }
                }
                default -> {
                    // The field does not matter.
                }
            }
        }
        String method = matcher.group(1);
        boolean isRead = method.equals("GET") || method.equals("HEAD");
        boolean left = false;
        if (!codings.isEmpty()) {
            requireChunked(codings, lengths, is10);
            left = !skipChunks(isRead);
        } else if (!lengths.isEmpty()) {
            left = !skip(lengths.getFirst(), isRead);
        }
        boolean ends = closes || left;
        String known = RegisteredMethods.contains(method) ? method : "OTHER";
        heads.add(known + " " + matcher.group(2) + (ends ? " close" : ""));
        if (ends) {
            throw new End(0);
        }
    }

    private static void requireChunked(List<String> codings, List<String> lengths, boolean is10)
            throws End {
        List<String> names =
                codings.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
        List<String> others = names.subList(0, names.size() - 1);
        boolean isBad =
                is10
                        || !lengths.isEmpty()
                        || !names.getLast().equals("chunked")
                        || others.contains("chunked")
                        || others.contains("");
        if (isBad || !others.isEmpty()) {
            throw new End(isBad ? 400 : 501);
        }
    }

    /** Returns false if the content is above the limit; a GET or HEAD is then refused. */
    private boolean skip(String digits, boolean isRead) throws End {
        BigInteger length = new BigInteger(digits);
        if (length.compareTo(BigInteger.valueOf(Http1Limits.CONTENT_BYTES)) > 0) {
            if (isRead) {
                throw new End(413);
            }
            return false;
        }
        if (all.length() - at < length.intValue()) {
            throw new End(400);
        }
        at += length.intValue();
        return true;
    }

    private boolean skipChunks(boolean isRead) throws End {
        long bytes = 0;
        while (true) {
            Matcher chunk = match(CHUNK, line(400));
            long size = Long.parseUnsignedLong(chunk.group(1), 16);
            if (size < 0) {
                throw new End(400);
            }
            if (size == 0) {
                for (String text = line(400); !text.isEmpty(); text = line(400)) {
                    match(FIELD, text);
                }
                return true;
            }
            if (size > Http1Limits.CONTENT_BYTES - bytes) {
                if (isRead) {
                    throw new End(413);
                }
                return false;
            }
            bytes += size;
            if (all.length() - at < size) {
                throw new End(400);
            }
            at += (int) size;
            if (!all.startsWith("\r\n", at)) {
                throw new End(400);
            }
            at += 2;
        }
    }
}
