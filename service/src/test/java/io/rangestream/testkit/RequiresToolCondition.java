package io.rangestream.testkit;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides {@link RequiresTool}. */
final class RequiresToolCondition implements ExecutionCondition {
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
        return ConditionEvaluationResult.enabled("all programs are there");
    }
}
