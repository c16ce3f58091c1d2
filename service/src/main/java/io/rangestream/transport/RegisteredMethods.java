package io.rangestream.transport;

import java.util.Set;

/** The methods of the IANA HTTP Method Registry, QUERY among them. They are case-sensitive. */
public final class RegisteredMethods {
    /** Stands for every method that is not registered; not registered itself. */
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

    /** Whether a method is registered, by its exact name. */
    public static boolean contains(String name) {
        return NAMES.contains(name);
    }
}
