package onceward.messaging.testkit;

import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A run of test classes within a test: how many succeeded, and which failed. */
public record SuiteRun(long succeeded, List<String> failed) {

  private static final String MARK = "suite-run";

  /** Keeps a class, some of whose tests are to fail, out of every other run. */
  public static final class Only implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return context.getConfigurationParameter(MARK).isPresent()
          ? ConditionEvaluationResult.enabled("asked for by a test")
          : ConditionEvaluationResult.disabled("runs only within a test");
    }
  }

  /** Runs all tests of the classes; names in "failed" are without parentheses. */
  public static SuiteRun of(Class<?>... testClasses) {
    var request = LauncherDiscoveryRequestBuilder.request().configurationParameter(MARK, "true");
    for (var testClass : testClasses) {
      request.selectors(DiscoverySelectors.selectClass(testClass));
    }
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request.build(), listener);
    var summary = listener.getSummary();
    var failed =
        summary.getFailures().stream()
            .map(failure -> failure.getTestIdentifier().getDisplayName().replace("()", ""))
            .toList();
    return new SuiteRun(summary.getTestsSucceededCount(), failed);
  }
}
