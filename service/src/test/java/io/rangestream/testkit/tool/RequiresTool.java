package io.rangestream.testkit.tool;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks tests that need external programs. If one can be neither found nor installed, they are
 * disabled and it is recorded in the list of missing tools ({@link MissingTools}).
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresTool.Condition.class)
public @interface RequiresTool {
    ExternalTool[] value();

    /** Finds or installs the programs, and enables the test if that succeeds for all. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            ExternalTool[] tools =
                    AnnotationSupport.findAnnotation(context.getElement(), RequiresTool.class)
                            .map(RequiresTool::value)
                            .orElseGet(() -> new ExternalTool[0]);
            for (ExternalTool tool : tools) {
                if (ToolFinder.LOCAL.find(tool) instanceof ToolFinder.Missing(String reason)) {
                    return ConditionEvaluationResult.disabled(reason);
                }
            }
            return ConditionEvaluationResult.enabled("all programs are available");
        }
    }
}
