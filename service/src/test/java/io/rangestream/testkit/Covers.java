package io.rangestream.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a test that shows rows of the tables in service/docs, by the ids that stand in comments at
 * the rows' ends. {@code CoverageTableTest} fails if a row and its tests differ, and prints the
 * right row.
 */
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.METHOD)
public @interface Covers {
    /** The ids of the rows. */
    String[] value();
}
