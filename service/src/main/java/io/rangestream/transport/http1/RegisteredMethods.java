package io.rangestream.transport.http1;

import java.util.Set;

/**
 * The methods of the IANA HTTP Method Registry, including QUERY. They are case-sensitive. The
 * request reader and the HTTP endpoint use them, to bound the values of metric labels.
 *
 * <p>Workaround for Helidon 4.5.0: a method in lower case is taken for upper case (not reported).
 */
public final class RegisteredMethods {
    /** The name used for every method that is not registered; not registered itself. */
    public static final String OTHER = "OTHER";

    private static final Set<String> NAMES =
            Set.of(
                    "ACL",
                    "BASELINE-CONTROL",
                    "BIND",
                    "CHECKIN",
                    "CHECKOUT",
                    "CONNECT",
                    "COPY",
                    "DELETE",
                    "GET",
                    "HEAD",
                    "LABEL",
                    "LINK",
                    "LOCK",
                    "MERGE",
                    "MKACTIVITY",
                    "MKCALENDAR",
                    "MKCOL",
                    "MKREDIRECTREF",
                    "MKWORKSPACE",
                    "MOVE",
                    "OPTIONS",
                    "ORDERPATCH",
                    "PATCH",
                    "POST",
                    "PRI",
                    "PROPFIND",
                    "PROPPATCH",
                    "PUT",
                    "QUERY",
                    "REBIND",
                    "REPORT",
                    "SEARCH",
                    "TRACE",
                    "UNBIND",
                    "UNCHECKOUT",
                    "UNLINK",
                    "UNLOCK",
                    "UPDATE",
                    "UPDATEREDIRECTREF",
                    "VERSION-CONTROL");

    private RegisteredMethods() {}

    /** Returns whether exactly this name is registered. */
    public static boolean contains(String name) {
        return NAMES.contains(name);
    }
}
